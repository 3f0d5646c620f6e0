"""What lists of pools are narrowed by and what is added up stands in columns; those that are known get it here."""

from dataclasses import asdict
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from pools.wire.gist import Gist
from pools.wire.reading import hear_pool

NODES = ["nodes_wanted", "nodes_available", "nodes_creating", "nodes_abnormal", "nodes_deleting"]


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows: Any = apps.get_model("pools", "Pool")._default_manager
    for pk, document in rows.values_list("pk", "document").iterator(chunk_size=200):
        gist = asdict(Gist.of(hear_pool(document)))
        rows.filter(pk=pk).update(**{name: gist[name] for name in ("traits", *NODES)})


class Migration(migrations.Migration):
    dependencies = [("pools", "0007_pages_by_index")]

    operations = [
        migrations.AddField(
            model_name="pool",
            name="traits",
            field=models.TextField(blank=True, default="", help_text="Its flavors, zones and job types, a line each, to be searched."),
            preserve_default=False,
        ),
        *(migrations.AddField(model_name="pool", name=name, field=models.PositiveIntegerField(default=0)) for name in NODES),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="pool",
            index=models.Index(
                fields=["team", "phase", "gone_at", *NODES],
                condition=models.Q(("gone_at__isnull", True)),
                name="pool_team_nodes",
            ),
        ),
    ]
