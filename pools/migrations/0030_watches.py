import django.db.models.deletion
import django.utils.timezone
import pools.tracing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pools", "0029_mentions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draft", models.UUIDField()),
                (
                    "revision",
                    models.PositiveIntegerField(help_text="Of the draft: with it, what makes it one order at most."),
                ),
                ("pool_name", models.CharField(max_length=64)),
                ("body", models.TextField(help_text="The JSON document as it will be sent, byte for byte.")),
                ("digest", models.CharField(max_length=64)),
                (
                    "understood",
                    models.JSONField(default=list, help_text="The warnings that were ticked: rule and path of each."),
                ),
                ("docket", models.JSONField(default=dict, help_text="What is ours alone of the order.")),
                (
                    "wants",
                    models.JSONField(
                        default=list, help_text="What was sold out: each flavor, with a zone where one was chosen."
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(blank=True, help_text="When the worker looks next; empty: never.", null=True),
                ),
                ("state", models.CharField(max_length=10)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cancelled", "It was cancelled."),
                            ("edited", "The draft was changed."),
                            ("by_hand", "The draft was placed by hand."),
                            ("deleted", "The draft was deleted."),
                            ("expired", "It was not on sale again in time."),
                            ("blocked", "It is on sale again, but something else is in the way now."),
                            ("name_taken", "It is on sale again, but the name is taken now."),
                            ("news", "It is on sale again, but there is something new to read before it is placed."),
                            ("not_allowed", "It is on sale again, but whoever watched may not order here any more."),
                        ],
                        max_length=12,
                    ),
                ),
                ("trouble", models.TextField(blank=True, help_text="What was in the way, in the words of our log.")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "seen_at",
                    models.DateTimeField(
                        blank=True, help_text="When its watcher was told what became of it.", null=True
                    ),
                ),
                ("trace", models.CharField(blank=True, default=pools.tracing.current, max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watches", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watch",
                        to="pools.order",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watches", to="pools.project"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watches", to="pools.team"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
                "ordering": ["-since", "-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="watch_due"),
                    models.Index(fields=["draft", "-id"], name="watch_of_draft"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "watching")),
                        fields=("draft",),
                        name="one_standing_watch_per_draft",
                    )
                ],
            },
        ),
    ]
