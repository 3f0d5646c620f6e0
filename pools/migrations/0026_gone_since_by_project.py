from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pools", "0025_drift"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="pool",
            index=models.Index(
                condition=models.Q(("gone_at__isnull", False)),
                fields=["project", "gone_at"],
                name="pool_project_gone_since",
            ),
        ),
    ]
