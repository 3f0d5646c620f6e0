"""How an errand speaks abroad: with no transaction open, under a lease that outlasts every time-out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from pools.models import Project
from pools.sealing import Unreadable
from pools.upstream import Client, Unauthorised, UpstreamError

# In read time-outs: a call ends within two, and a read may be tried a second time.
SENDING, READING = 2, 4
RECORDING = timedelta(seconds=10)


class TransactionOpen(RuntimeError):
    """A defect of ours: speaking now would hold a transaction for as long as the cloud likes."""


def insist_on_no_transaction() -> None:
    """Raise `TransactionOpen` if one is."""
    if connection.in_atomic_block:
        raise TransactionOpen("no errand may speak abroad with a transaction open")


def client_for(project_id: int) -> Client:
    """A client for the project with this primary key. Raises `Unauthorised` if its credentials cannot be opened."""
    try:
        return Client(Project.objects.get(pk=project_id).connection())
    except Unreadable as sealed:
        raise Unauthorised(str(sealed)) from None


def lease_for(client: Client, *, sends: int = 0, reads: int = 0) -> datetime:
    """Until when a worker may take that makes at most so many calls of each kind."""
    time_outs = sends * SENDING + reads * READING
    return timezone.now() + timedelta(seconds=client.connection.read_timeout) * time_outs + RECORDING


def told(trouble: UpstreamError) -> dict[str, str]:
    """The cloud's own words, as an errand keeps them."""
    return {"failure_code": trouble.code[:64], "failure_message": trouble.message}
