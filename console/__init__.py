"""The face: pages, wizard, dashboard and settings. It shows and asks; the heart (`pools`) decides."""

from typing import Final

# The tag of system checks that look at what this machine was told, which `prepare` makes at every start.
ENVIRONMENT: Final = "environment"
