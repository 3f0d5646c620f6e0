"""What an address names, for whoever may see it: to everybody else it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.http import Http404

from console.shell import SignedIn
from pools import queries
from pools.models import Intervention, Pool, Refit

A = TypeVar("A", Refit, Intervention)


def visible_pool(request: SignedIn, pk: int, *, details: Sequence[str] = ()) -> Pool:
    """A pool as its page reads it, with these kinds of its details. Raises `Http404`."""
    try:
        return queries.pool_page(request.user, pk, details=details)
    except Pool.DoesNotExist:
        raise Http404 from None


def visible_alteration(request: SignedIn, kind: type[A], pk: int) -> A:
    """What was asked for of a pool, with the pool. Raises `Http404`."""
    asked = kind.objects.select_related("pool__team", "pool__order").filter(pk=pk).first()
    if asked is None or not request.user.has_perm("pools.view_pool", asked.pool):
        raise Http404
    return asked
