"""What every page and file tells the browser to refuse, beside the content security policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

REFUSED: Final = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
TOLD: Final = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in REFUSED),
    # No other site may load anything of ours, neither as a picture nor as a script.
    "Cross-Origin-Resource-Policy": "same-origin",
    # What a page shows is for who is signed in; no cache on the way and no back button shows it to the next person.
    "Cache-Control": "no-store",
}


class Headers:
    """Middleware, before the one that serves files; whoever said something else already is left to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        for name, value in TOLD.items():
            answer.headers.setdefault(name, value)
        return answer
