"""Guarding the door: how often a name may be tried, from where, before it has to be waited for.

Every try is counted before it is judged, so that a hundred at once are no more than one after the other. The name is
kept as a keyed digest, because people type passwords there, and one that nobody has counts like any other: nothing
tells them apart. A lock is of a name *at an address*, and ends by itself: nobody can lock a person out from elsewhere.
"""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from console.models import Tries
from pools import callers, counting, reporting

logger = logging.getLogger(__name__)

# So many wrong passwords in a row for one name at one address; the pause after it doubles with each further one.
PATIENCE: Final = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# A name that is tried so often within the hour, wherever from, is under attack: then one try at an address is all.
UNDER_ATTACK: Final = 50
# So many wrong tries within a quarter of an hour at one address, whatever the names: an office is not that clumsy.
PATIENCE_WITH_PLACE: Final = 50
WINDOW: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=1)
KEPT_FOR: Final = timedelta(days=1)

ANY_NAME: Final = ""


@dataclass(frozen=True)
class Try:
    """One try to sign in, already counted. `is_shut`: whatever is typed, the answer is no."""

    name: str
    address: str
    is_shut: bool

    def succeeded(self) -> None:
        """The right password, and not shut: the count of this name here begins anew, and the place has one less."""
        Tries.objects.filter(name=self.name, address=self.address).delete()
        Tries.objects.filter(name=ANY_NAME, address=self.address, failures__gt=0).update(failures=F("failures") - 1)
        _tell("ok")

    def failed(self) -> None:
        """Nothing is left to count; it is told to whoever watches. Not the name: it may be a password."""
        logger.warning("A sign-in from %s was refused%s", self.address or "nowhere", ": shut" if self.is_shut else "")
        _tell("shut" if self.is_shut else "refused")


def count_try(request: HttpRequest, typed_name: str) -> Try:
    """Count a try of `typed_name` from where the request comes, and say whether it may be judged at all."""
    name, address = digest_of(typed_name), address_of(request)
    now = timezone.now()
    Tries.objects.filter(last_at__lt=now - KEPT_FOR).delete()
    is_attacked = _failures_of(name, since=now - FORGOTTEN_AFTER) >= UNDER_ATTACK
    with transaction.atomic():
        Tries.objects.bulk_create(
            [Tries(name=each, address=address, since=now, last_at=now) for each in (name, ANY_NAME)],
            ignore_conflicts=True,
        )
        locked = Tries.objects.select_for_update().filter(address=address, name__in=[name, ANY_NAME])
        place, pair = sorted(locked, key=lambda row: row.name)
        if pair.is_shut(at=now) or place.is_shut(at=now):
            return Try(name, address, is_shut=True)
        _count(pair, now=now, patience=1 if is_attacked else PATIENCE, begun_anew=pair.last_at < now - FORGOTTEN_AFTER)
        _count(place, now=now, patience=PATIENCE_WITH_PLACE, begun_anew=place.since < now - WINDOW)
    return Try(name, address, is_shut=False)


def unlock(typed_name: str) -> int:
    """Let this name be tried again at once, everywhere. Returns how many counts that ended."""
    return Tries.objects.filter(name=digest_of(typed_name)).delete()[0]


def unlock_address(address: str) -> int:
    """Let this address, or its network, try again at once. Returns how many counts that ended."""
    return Tries.objects.filter(address=callers.caller(address, "", proxies=0)).delete()[0]


def digest_of(typed_name: str) -> str:
    name = unicodedata.normalize("NFKC", typed_name).strip()
    return salted_hmac("console.guarding", name, algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str:
    told = request.META
    return callers.caller(
        told.get("REMOTE_ADDR", ""), told.get("HTTP_X_FORWARDED_FOR", ""), proxies=settings.PROXIES_IN_FRONT
    )


def _failures_of(name: str, *, since: datetime) -> int:
    found = Tries.objects.filter(name=name, last_at__gte=since).aggregate(total=Sum("failures"))
    return found["total"] or 0


def _count(row: Tries, *, now: datetime, patience: int, begun_anew: bool) -> None:
    """One more. The try that reaches the limit is still judged; those after it wait."""
    if begun_anew:
        row.failures, row.since = 0, now
    row.failures += 1
    row.last_at = now
    over = row.failures - patience
    row.shut_until = now + min(FIRST_PAUSE * 2 ** min(over, 10), LONGEST_PAUSE) if over >= 0 else None
    row.save(update_fields=["failures", "since", "last_at", "shut_until"])


def _tell(result: str) -> None:
    reporting.add(counting.key_of("sign_ins", result=result))
