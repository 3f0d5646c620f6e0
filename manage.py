#!/usr/bin/env python
"""Django's command line for Poolhouse."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["sandbox"]:
        # It makes its own settings, and needs none in the environment, so Django must not be loaded yet.
        from console.alone.running import main as run_alone

        sys.exit(run_alone(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
