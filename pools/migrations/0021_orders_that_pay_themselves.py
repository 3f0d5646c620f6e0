"""Whether orders may be paid without an admin, which no team has said so far; and which of those placed were."""

from typing import Any

from django.db import migrations, models

from pools.wire import reading
from pools.wire.creation import PoolCreation


def _tell_apart(apps: Any, schema_editor: Any) -> None:
    orders = apps.get_model("pools", "Order").objects.using(schema_editor.connection.alias)
    asking = orders.filter(body__contains="os.modelarts/auto.pay").values_list("pk", "body")
    paying = [pk for pk, body in asking.iterator() if _pays_itself(body)]
    for first in range(0, len(paying), 500):
        orders.filter(pk__in=paying[first : first + 500]).update(pays_itself=True)


def _pays_itself(body: str) -> bool:
    try:
        return reading.read_plainly(PoolCreation, reading.parse_json(body)).pays_itself
    except ValueError:
        return False


class Migration(migrations.Migration):

    dependencies = [
        ("pools", "0020_jobs_of_a_pool"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="orders_may_pay_themselves",
            field=models.BooleanField(default=False, help_text="An order with “pay automatically” is paid at once, and no admin is asked.", verbose_name="orders may pay themselves"),
        ),
        migrations.AddField(
            model_name="order",
            name="pays_itself",
            field=models.BooleanField(default=False, help_text="Its document has it paid at once: it waits for nobody."),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("pays_itself", True)), fields=["team", "-placed_at"], name="order_pays_itself"),
        ),
        migrations.RunPython(_tell_apart, migrations.RunPython.noop),
    ]
