"""A pool may have several billing orders: each says what it is for, and which work order it goes with."""

from decimal import Decimal

import django.db.models.deletion
import pools.wire.enums
from django.db import migrations, models


def say_what_for(apps, schema_editor):
    """Orders until now opened pools: they are for the nodes the pool was created with."""
    prices = {}
    for flavor in apps.get_model('endpoint', 'HostedFlavor').objects.only('project_id', 'name', 'monthly_price'):
        prices[flavor.project_id, flavor.name] = flavor.monthly_price
    works = apps.get_model('endpoint', 'WorkOrder').objects.filter(operation='apply')
    creations = dict(works.values_list('pool', 'pk'))
    for order in apps.get_model('endpoint', 'BillingOrder').objects.select_related('pool').iterator(chunk_size=500):
        resources = (order.pool.founding or order.pool.document['spec'])['resources']
        order.lines = lines(order, resources, prices)
        order.work_order_id = creations.get(order.pool_id)
        order.save(update_fields=['lines', 'work_order'])


def lines(order, resources, prices):
    """Lines that add up to what was ordered, by the prices of today where they still do."""
    months = order.period_num * (10 if order.period_type == '3' else 1)
    amounts = [prices.get((order.project_id, one['flavor']), Decimal(0)) * one['count'] * months for one in resources]
    if sum(amounts) != order.amount:
        share = round(order.amount / sum(one['count'] for one in resources), 2)
        amounts = [share * one['count'] for one in resources[:-1]]
        amounts.append(order.amount - sum(amounts))
    return [
        {'product': one['flavor'], 'count': one['count'], 'amount': f'{amount:.2f}'}
        for one, amount in zip(resources, amounts)
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('endpoint', '0004_identifiers'),
    ]

    operations = [
        migrations.AddField(
            model_name='billingorder',
            name='lines',
            field=models.JSONField(default=list, help_text='What it is for: [{product, count, amount}], amounts as text.'),
        ),
        migrations.AddField(
            model_name='billingorder',
            name='order_type',
            field=models.PositiveSmallIntegerField(choices=[(1, 'purchase'), (2, 'renewal'), (3, 'change'), (4, 'unsubscription'), (10, 'to_pay_per_use'), (11, 'to_periodic'), (13, 'trial'), (14, 'commercial_use'), (15, 'fee_adjustment')], default=pools.wire.enums.OrderType['PURCHASE']),
        ),
        migrations.AddField(
            model_name='billingorder',
            name='work_order',
            field=models.OneToOneField(blank=True, help_text='What it is paid for; empty where nothing is done for it.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='billing_order', to='endpoint.workorder'),
        ),
        migrations.AlterField(
            model_name='billingorder',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='billing_orders', to='endpoint.hostedpool'),
        ),
        migrations.RunPython(say_what_for, migrations.RunPython.noop),
    ]
