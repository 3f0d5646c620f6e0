"""The hosted world's clock. Each project has its own, so that one can be steered and no other notices.

Where it stands is kept on the project's row, which every call has read by the time it is let in: asking costs no query.
Signatures, tokens and creation times go by real time, whatever this clock says.
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from pools.endpoint.models import EndpointProject
from pools.endpoint.scenario import Pace


def now(project: EndpointProject) -> datetime:
    """The time by which the project's scenarios move."""
    return project.clock_stands_at or timezone.now() + project.clock_ahead


def pace(project: EndpointProject) -> Pace:
    """How fast what the project accepts from now on will move."""
    return Pace(project.pace or settings.ENDPOINT_PACE)
