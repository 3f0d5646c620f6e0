"""Switching auto-renewal on and off. What it does when the time comes is `pools.endpoint.terms`' to say."""

from __future__ import annotations

from django.db import transaction

from pools.endpoint import clock, ledger, passing
from pools.endpoint.ledger import Resource
from pools.endpoint.models import Account, RenewalTurn
from pools.wire.enums import ResourceStatus
from pools.wire.extras import Annotation


class NoSuchResource(Exception):
    """Nothing of that ID is paid for (`CBC.99003012`)."""


class NotRenewable(Exception):
    """It has expired or is frozen (`CBC.99003602`)."""


class NotRenewing(Exception):
    """Its auto-renewal is off already (`CBC.99003605`)."""


def switch(account: Account, ident: str, *, on: bool) -> None:
    """Switch auto-renewal of a resource on or off; of a pool, of all its nodes that are paid for.

    Switching it on again changes nothing. Raises `NoSuchResource`, `NotRenewable` and `NotRenewing`.
    """
    pool = ledger.locate(account, [ident]).get(ident)
    if pool is None:
        raise NoSuchResource
    with transaction.atomic():
        row, now = passing.hold(pool), clock.now(pool.project)
        found = [one for one in ledger.resources(ledger.at_hand(row), now) if one.ident == ident]
        if not found or found[0].status(now) == ResourceStatus.CLOSED:
            raise NoSuchResource
        [one] = found
        if on and one.status(now) != ResourceStatus.IN_USE:
            raise NotRenewable
        if not on and not one.renews_at(now):
            raise NotRenewing
        RenewalTurn.objects.create(pool=row, node=one.node.name if one.node else "", on=on, at=now)
        _annotate(one, on=on)
        ledger.remember(row)


def _annotate(one: Resource, *, on: bool) -> None:
    """A pool says whether it renews."""
    if one.node is None:
        one.pool.document["metadata"]["annotations"][Annotation.AUTO_RENEW.value] = "1" if on else "0"
        one.pool.save(update_fields=["document"])
