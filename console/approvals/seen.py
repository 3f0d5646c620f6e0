"""What was on the page when somebody decided: its digest is posted, and with it the text, sealed.

The digest binds the decision. The text is only for saying what changed since, and needs no row: the form brings it
back.
"""

from __future__ import annotations

from django.core import signing

from console import differing
from pools.models import Order, Resize
from pools.wire import reading
from pools.wire.differing import differences

SALT = "console.approvals.seen"


def seal(order: Order | Resize) -> str:
    """The document that it sends for the form to carry; whoever changes it makes it worthless."""
    return signing.dumps(order.body, salt=SALT, compress=True)


def changed_since(sealed: str, order: Order | Resize) -> differing.Told:
    """What it sends now against what was read then; nothing where that was not brought, or was tampered with."""
    try:
        body = signing.loads(sealed, salt=SALT)
        was, became = reading.parse_json(body), reading.parse_json(order.body)
    except (signing.BadSignature, reading.NotJson):
        return differing.in_words([])
    return differing.in_words(differences(was, became))
