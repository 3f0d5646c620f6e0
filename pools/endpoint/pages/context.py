"""What every page of the console is told about the hosted projects: nothing, mostly."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest

from pools.endpoint.steering import unusual
from pools.endpoint.steering.unusual import Oddity


class Sandbox:
    """Read from the database only as far as a page shows it."""

    @cached_property
    def oddities(self) -> list[Oddity]:
        return unusual.oddities()


def sandbox(request: HttpRequest) -> dict[str, object]:
    """Context processor: `sandbox`, for the banner and the way to these pages. Absent where the endpoint is."""
    return {"sandbox": vars(request).setdefault("sandbox", Sandbox())}
