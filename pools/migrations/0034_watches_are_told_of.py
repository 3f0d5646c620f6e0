"""When a watch last changed, for the change feed; and what of its order was written by hand, which ticks tell so far."""

from typing import Any

import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TICKED = "A6 "


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A version that is not listed was only ever ticked where it was written by hand: otherwise it was in the way."""
    rows: Any = apps.get_model("pools", "Watch")._default_manager
    for pk, understood in rows.values_list("pk", "understood").iterator(chunk_size=200):
        if written := [key.removeprefix(TICKED) for key in understood if key.startswith(TICKED)]:
            rows.filter(pk=pk).update(written=written)


class Migration(migrations.Migration):
    dependencies = [("pools", "0033_alterations")]

    operations = [
        migrations.AddField(
            model_name="watch",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="watch",
            name="written",
            field=models.JSONField(
                default=list, help_text="Paths of what was written by hand though the cloud may not list it."
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(fields=["team", "changed_at"], name="watch_team_changed"),
        ),
    ]
