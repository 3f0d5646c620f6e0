"""What is done to several rows at once: only where it is valid, and of the others it is said why not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from console.dashboard.naming import Named
from console.shell import SignedIn
from pools import ordering
from pools.models import Reading
from pools.queries import Row

LONGEST_ADDRESS = 2000
# So long a pool is left alone after it was read at somebody's word.
PAUSE = timedelta(seconds=10)


@require_POST
def read_rows(request: SignedIn) -> HttpResponse:
    """Have the worker read the pools of the rows named now, and go back to the list as it was."""
    rows = Named.among(request.POST.getlist("row")).rows_for(request.user)
    asked, skipped = 0, Counter[str]()
    lately = _read_lately(rows)
    for row in rows:
        if row.pool is None:
            skipped[_("no pool of it is known yet")] += 1
        elif row.pool.gone_at:
            skipped[_("gone from the cloud")] += 1
        elif row.pool.pk in lately:
            skipped[_("read for somebody a moment ago")] += 1
        else:
            ordering.ask_reading(row.pool.project, by=request.user, pool=row.pool)
            asked += 1
    _tell(request, asked, skipped)
    back = request.POST.get("back", "").partition("#")[0][:LONGEST_ADDRESS]
    return redirect(f"{reverse('dashboard')}?{back}")


def _read_lately(rows: list[Row]) -> set[int]:
    """Pools that were read just now because somebody asked: the cloud is not asked again for every click."""
    pools = [row.pool.pk for row in rows if row.pool]
    lately = Reading.objects.filter(pool__in=pools, answered_at__gte=timezone.now() - PAUSE)
    return set(lately.values_list("pool_id", flat=True))


def _tell(request: SignedIn, asked: int, skipped: Counter[str]) -> None:
    if asked:
        words = ngettext(
            "%(n)s pool is being read. Its row changes by itself if anything is new.",
            "%(n)s pools are being read. Their rows change by themselves if anything is new.",
            asked,
        )
        messages.success(request, words % {"n": asked})
    for reason, number in skipped.items():
        words = ngettext("%(n)s row was skipped: %(why)s.", "%(n)s rows were skipped: %(why)s.", number)
        messages.warning(request, words % {"n": number, "why": reason})
    if not asked and not skipped:
        messages.warning(request, _("No row was selected."))
