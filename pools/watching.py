"""Watching a draft whose only trouble is that something is sold out: once that is on sale again, it is placed, once.

It is placed by the very act that a person places by, as the text that the person read, in that person's name and by
their rights of that moment. Taking the watch and making the order are one transaction: whoever dies in between has done
nothing, and of many workers one does it. Whatever else is in the way by then, or new and unread, ends the watch, and
its watcher is told: nobody is surprised by an order that they would not have placed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from pools import checking, ordering
from pools.dockets import Docket
from pools.models import CatalogPart, Order, Pool, Project, Team, User, Watch
from pools.ordering import NO_DOCKET, NameTaken, NotAllowed, PaysItself, Unsendable
from pools.rules import require
from pools.states import WatchState
from pools.wire import limits, reading
from pools.wire.creation import PoolCreation
from pools.wire.digest import digest
from pools.wire.limits import Breach

DAYS: Final = (1, 7, 30)
USUAL_DAYS: Final = 7
Ending = Watch.Ending


class OnSale(Exception):
    """Nothing that the order wants is sold out: it can be placed."""


class AlreadyPlaced(Exception):
    """Somebody placed the draft a moment ago."""


def begin(
    *,
    project: Project,
    team: Team,
    by: User,
    draft: UUID,
    revision: int,
    body: str,
    understood: Collection[str] = (),
    written: Collection[str] = (),
    docket: Docket = NO_DOCKET,
    days: int = USUAL_DAYS,
) -> Watch:
    """Have `body` placed once what it wants is on sale again, within `days` and not after the day it is needed by.

    `understood` are the warnings that were read, as for `ordering.place`: of what is advised now, and of nothing that
    may come. `written` are the paths of driver versions that were written by hand, though they may not be listed.
    Asked again while it is watched, as by a double click, it returns the watch that stands. Raises what
    `ordering.place` raises: `NotAllowed`, `NameTaken`, `Unsendable` where anything but stock is in the way, and
    `PaysItself` whatever the team wants, for it would be paid while nobody looks. And `OnSale`, `AlreadyPlaced`.
    """
    require("pools.place_order", team, of=by)
    if not project.teams.filter(pk=team.pk).exists():
        raise NotAllowed("pools.place_order")
    creation, sold_out, advice = _sold_out(project, body, draft=draft, written=written)
    read = sorted({ordering.key_of(each) for each in advice} & set(understood))
    name, now = creation.metadata.labels.name, timezone.now()
    if Pool.objects.holding_names().filter(project=project, name=name).exists():
        raise NameTaken
    try:
        with transaction.atomic():
            # Under lock: a project that is being disconnected takes nothing any more.
            if not Project.objects.hold(project.pk):
                raise NotAllowed("pools.place_order")
            if Order.objects.filter(draft=draft, revision=revision).exists():
                raise AlreadyPlaced
            forget(draft, by=by)
            expires_at = _end_of(now + timedelta(days=days), docket)
            return Watch.objects.create(
                project=project, team=team, by=by, draft=draft, revision=revision, pool_name=name, body=body,
                digest=digest(reading.parse_json(body)), understood=read, written=sorted(written),
                docket=docket.kept(),
                wants=[_named(breach) for breach in sold_out], since=now, changed_at=now,
                expires_at=expires_at, due_at=expires_at, state=WatchState.WATCHING,
            )  # fmt: skip
    except IntegrityError:
        if standing := Watch.objects.standing().filter(draft=draft).first():
            return standing
        raise


def _sold_out(
    project: Project, body: str, *, draft: UUID, written: Collection[str]
) -> tuple[PoolCreation, list[Breach], tuple[Breach, ...]]:
    """The order in `body`, what of it is sold out, and all that is advised about it; see `begin` for what it raises."""
    verdict = checking.weigh(project, body)
    of_stock = [breach for breach in verdict.blocking if checking.is_of_stock(breach)]
    if others := tuple(breach for breach in verdict.blocking if breach not in of_stock):
        raise Unsendable(others)
    _refuse_slips(verdict.advice, written)
    if verdict.creation is None:
        raise Unsendable(verdict.blocking)
    if verdict.creation.pays_itself:
        raise PaysItself
    if not of_stock:
        raise OnSale
    return verdict.creation, of_stock, ordering.advice_of(project, verdict.creation, verdict.advice, draft=draft)


def _refuse_slips(advice: Iterable[Breach], written: Collection[str]) -> None:
    if slips := tuple(each for each in advice if checking.is_slip(each.rule, each.path, written=written)):
        raise Unsendable(slips)


def _named(breach: Breach) -> dict[str, str]:
    return {"flavor": str(breach.values["flavor"]), "zone": str(breach.values.get("zone", ""))}


def _end_of(asked: datetime, docket: Docket) -> datetime:
    if docket.needed_by is None:
        return asked
    return min(asked, timezone.make_aware(datetime.combine(docket.needed_by, time.max)))


def cancel(watch: Watch, *, by: User) -> bool:
    """End it. Returns whether it still stood. Raises `NotAllowed` for whoever may not order for its team."""
    require("pools.place_order", watch.team, of=by)
    return Watch.objects.filter(pk=watch.pk).end(Ending.CANCELLED, by=by) == 1


def let_go(draft: UUID, *, by: User, because: Watch.Ending) -> bool:
    """End the watch of a draft that is not any more what was watched. Returns whether one stood."""
    return Watch.objects.filter(draft=draft).end(because, by=by) == 1


def forget(draft: UUID, *, by: User) -> None:
    """Whoever goes on with a draft knows what became of its earlier watches, if they were theirs."""
    Watch.objects.filter(draft=draft, by=by).see()


def see(watch: Watch, *, by: User) -> None:
    """Its watcher read what became of it; nobody else can say so."""
    Watch.objects.filter(pk=watch.pk, by=by).see()


def attend(watch: Watch) -> Order | None:
    """Place what is watched if it is on sale again, or end a watch whose time is over. Returns the order made."""
    if watch.expires_at <= timezone.now():
        watch.end(Ending.EXPIRED)
        return None
    # Kept with the project, so that it is placed by the very rows that it was found on sale by.
    prefetch_related_objects([watch.project], "catalog_parts")
    if not _is_on_sale(watch):
        watch.rest()
        return None
    try:
        return _place(watch)
    except Unsendable as trouble:
        watch.end(Ending.BLOCKED, trouble=str(trouble))
    except NameTaken:
        watch.end(Ending.NAME_TAKEN)
    except NotAllowed:
        watch.end(Ending.NOT_ALLOWED)
    except _News as news:
        watch.end(Ending.NEWS, trouble=str(news))
    return None


class _News(Exception):
    """Advised by now, and not when the watch began: nobody has read it."""

    def __init__(self, advice: Iterable[Breach]) -> None:
        super().__init__("; ".join(map(limits.say, advice)))


def _is_on_sale(watch: Watch) -> bool:
    """As far as the last reading tells, if it did not fail: what could not be read is no news."""
    parts = watch.project.catalog_parts.all()
    if not any(part.kind == CatalogPart.Kind.FLAVORS and part.read_at and not part.failed_at for part in parts):
        return False
    wanted = reading.read_plainly(PoolCreation, reading.parse_json(watch.body))
    return checking.is_on_sale(wanted, CatalogPart.objects.facts_of(watch.project))


def _place(watch: Watch) -> Order | None:
    """All of it or nothing: the watch is taken, and its order is there."""
    with transaction.atomic():
        # In the order in which a person's placing locks them, or the two might wait for each other.
        list(Project.objects.select_for_update().filter(pk=watch.project_id).values_list("pk"))
        if not watch.take():
            return None
        _creation, advice = ordering.weighed(watch.project, draft=watch.draft, body=watch.body)
        _refuse_slips(advice, watch.written)
        if unread := [each for each in advice if ordering.key_of(each) not in watch.understood]:
            raise _News(unread)
        order = ordering.place(
            project=watch.project,
            team=watch.team,
            by=watch.by,
            draft=watch.draft,
            revision=watch.revision,
            body=watch.body,
            understood=watch.understood,
            docket=watch.asked,
        )
        Watch.objects.filter(pk=watch.pk).update(order=order)
    return order
