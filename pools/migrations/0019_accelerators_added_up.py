"""What a pool has of each flavor stands in a column, so that accelerators are added up; those that are known get it here."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from pools.wire.gist import Gist
from pools.wire.reading import hear_pool


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows: Any = apps.get_model("pools", "Pool")._default_manager
    for pk, document in rows.values_list("pk", "document").iterator(chunk_size=200):
        rows.filter(pk=pk).update(census=Gist.of(hear_pool(document)).census)


class Migration(migrations.Migration):
    dependencies = [("pools", "0018_adoptions")]

    operations = [
        migrations.AddField(
            model_name="pool",
            name="census",
            field=models.TextField(blank=True, default="", help_text="Its nodes by flavor and state, a line each, to be added up."),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="pool",
            index=models.Index(
                fields=["team", "census", "gone_at"],
                condition=models.Q(("gone_at__isnull", True)),
                name="pool_team_census",
            ),
        ),
    ]
