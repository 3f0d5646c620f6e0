from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pools", "0026_gone_since_by_project"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="needed_by",
            field=models.DateField(
                blank=True,
                help_text="The last day on which it is of use. Never sent, as the next three.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="contact",
            field=models.CharField(blank=True, help_text="Whom to ask about the pool.", max_length=120),
        ),
        migrations.AddField(
            model_name="order",
            name="cost_centre",
            field=models.CharField(blank=True, help_text="Who bears its cost.", max_length=40),
        ),
        migrations.AddField(
            model_name="order",
            name="ticket",
            field=models.CharField(
                blank=True, help_text="Where it was asked for: an address, or a number.", max_length=255
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="contact",
            field=models.CharField(
                blank=True,
                help_text="Whom to ask about its pools. Orders of the team begin with it, and with the next two.",
                max_length=120,
                verbose_name="contact",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="cost_centre",
            field=models.CharField(blank=True, max_length=40, verbose_name="cost centre"),
        ),
        migrations.AddField(
            model_name="team",
            name="tags",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Key and value of each tag that its flavors begin with.",
                verbose_name="tags",
            ),
        ),
    ]
