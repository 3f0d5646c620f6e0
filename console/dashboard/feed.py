"""The change feed: which visible orders, pools and watches moved since a cursor, and how fresh our knowledge is."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.shell import Shell, SignedIn
from pools import queries

LONGEST_CURSOR = 64


@never_cache
@require_safe
def changes(request: SignedIn) -> HttpResponse:
    """`{"cursor", "orders": [ids], "pools": [ids], "watches": [ids], "whole": bool}`, or 304 when nothing moved since
    `?since=`.

    `whole` asks the page to read all of itself again. With both answers come `Cloud-Heard` (when the cloud was last
    read, ISO 8601), `Cloud-Failing` (how many projects do not answer or are not asked, and a print of what is to be
    said of them) and `Ask-Again` (in how many seconds to): they move when no row does.
    """
    since = request.GET.get("since", "")[:LONGEST_CURSOR]
    told = queries.changes(request.user, since)
    response: HttpResponse
    if told.cursor == since:
        response = HttpResponseNotModified()
    else:
        # A first cursor, which ends in a hyphen, only repeats; any other that moved without rows lost count of them.
        whole = not (told.orders or told.pools or told.watches) and not since.endswith("-")
        response = JsonResponse({**told._asdict(), "whole": whole})
    response["Ask-Again"] = str(queries.ask_again_after(told.cursor))
    shell = Shell.of(request)
    # Whoever asks is in a team, or is told of nothing: that need not be found out first.
    shell.projects = queries.project_freshness(request.user)
    response["Cloud-Heard"] = shell.heard_at.isoformat() if shell.heard_at else ""
    response["Cloud-Failing"] = shell.trouble_digest
    return response
