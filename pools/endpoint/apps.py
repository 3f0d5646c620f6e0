from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from pools.endpoint.scenario import Pace
from pools.wire.limits import Compatibility


def check_words(**_: object) -> list[CheckMessage]:
    """A misspelt setting is told at the start, not by the first creation."""
    known = {"ENDPOINT_PACE": [*Pace], "ENDPOINT_COMPATIBILITY": [*Compatibility]}
    return [
        Error(f"{name} must be one of {', '.join(words)}.", id=f"endpoint.E00{number}")
        for number, (name, words) in enumerate(known.items(), start=1)
        if getattr(settings, name) not in words
    ]


class EndpointConfig(AppConfig):
    name = "pools.endpoint"
    label = "endpoint"
    verbose_name = "Embedded ModelArts endpoint"

    def ready(self) -> None:
        register(check_words)
