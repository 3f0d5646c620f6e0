"""Laying networks, each exactly once: claim the row, speak with no transaction open, record; in doubt, look.

Names of networks are the cloud's own guard: of one name there is one in a project. So sending again makes no second
one, and what is found under the name is either what we sent or somebody else's.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from pools import tracking
from pools.models import Founding, Project, Trouble
from pools.recognising import Finding, name_of, recognise
from pools.speaking import client_for, insist_on_no_transaction, lease_for, told
from pools.states import ErrandState
from pools.tracking.failing import note_refusal, pause_after
from pools.upstream import AlreadyExists, Client, InDoubt, NotSent, Throttled, Unauthorised, UpstreamError

MOST_SENDS: Final = 5

Document = dict[str, Any]


def attend_founding(founding: Founding) -> None:
    """Do what is due for a network that was asked for."""
    match ErrandState(founding.state):
        case ErrandState.RECORDED:
            lay(founding)
        case ErrandState.SENDING if founding.lease_until and founding.lease_until <= timezone.now():
            # The worker that sent it died before it could record the answer.
            founding.move(ErrandState.IN_DOUBT, due_at=timezone.now(), failure_code=Trouble.DIED, failure_message="")
        case ErrandState.IN_DOUBT:
            settle_founding(founding)


def lay(founding: Founding) -> None:
    """Send it abroad, and record what the answer means for it."""
    insist_on_no_transaction()
    before = founding.sent_so_far
    try:
        client = client_for(founding.project_id)
    except Unauthorised as refusal:
        founding.note(due_at=_later(founding, refusal), setbacks=founding.setbacks + 1, **told(refusal))
        return
    lease = lease_for(client, sends=1)
    if not founding.claim(ErrandState.SENDING, until=lease):
        return
    try:
        heard = client.within(lease).create_network(founding.body)
    except (NotSent, Throttled, Unauthorised) as trouble:
        again = {"due_at": _later(founding, trouble), "setbacks": founding.setbacks + 1}
        founding.move(ErrandState.RECORDED, **again, **told(trouble), **before)
    except (InDoubt, AlreadyExists) as trouble:
        # A name that is taken may be our own earlier success.
        founding.move(ErrandState.IN_DOUBT, due_at=timezone.now(), **told(trouble))
    except UpstreamError as refusal:
        founding.move(ErrandState.FAILED, **told(refusal))
    else:
        _conclude(founding, heard.document, client)


def settle_founding(founding: Founding) -> None:
    """Look among the project's networks for one in doubt; where there is none of the name, have it sent again."""
    insist_on_no_transaction()
    try:
        client = client_for(founding.project_id)
        if not founding.take(until=lease_for(client, reads=2)):
            return
        listed = client.list_networks()
    except UpstreamError as trouble:
        founding.note(due_at=_later(founding, trouble), setbacks=founding.setbacks + 1)
        return
    found = next((one for one in listed.document["items"] if name_of(one) == founding.name), None)
    if found is not None:
        _tell_apart(founding, found, client, clock_skew=listed.clock_skew or 0.0)
    elif timezone.now() < (heard_by := _heard_by(founding, client)):
        founding.note(due_at=heard_by, changed_at=founding.changed_at)
    elif founding.sends < MOST_SENDS:
        founding.move(ErrandState.RECORDED, due_at=timezone.now())
    else:
        founding.move(ErrandState.FAILED, failure_code=founding.failure_code or Trouble.NO_EFFECT)


def _tell_apart(founding: Founding, found: Document, client: Client, *, clock_skew: float) -> None:
    """Ours, or another network that had the name before."""
    sent, first = json.loads(founding.body), founding.first_sent_at or founding.at
    finding = recognise(sent=sent, heard=found, first_sent_at=first, clock_skew=clock_skew, claimed=False)
    if finding is Finding.OURS:
        _conclude(founding, found, client)
    else:
        founding.move(ErrandState.FAILED, failure_code=Trouble.NAME_TAKEN, failure_message="")


def _conclude(founding: Founding, network: Document, client: Client) -> None:
    """It is there; the catalog is told at once, because somebody waits to choose it."""
    ident = str(network["metadata"]["name"])[:128]
    if founding.move(ErrandState.DONE, network_id=ident, failure_code="", failure_message=""):
        tracking.read_networks(_project_of(founding), client)


def _heard_by(founding: Founding, client: Client) -> datetime:
    """Until when what was sent last may still be at work abroad: twice the longest wait for an answer."""
    return (founding.last_sent_at or founding.at) + 2 * timedelta(seconds=client.connection.read_timeout)


def _later(founding: Founding, trouble: UpstreamError) -> datetime:
    project = _project_of(founding)
    if isinstance(trouble, Unauthorised):
        note_refusal(project, at=timezone.now())
    return timezone.now() + pause_after(trouble, failures=founding.setbacks + 1, embedded=project.embedded)


def _project_of(founding: Founding) -> Project:
    """Without its credentials, which may be what is in the way."""
    return Project.objects.without_credentials().get(pk=founding.project_id)
