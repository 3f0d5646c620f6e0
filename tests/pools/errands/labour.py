"""A worker to be killed: attends to whatever is due until it is ended. `python -m tests.pools.errands.labour`."""

import time

import django

django.setup()

from pools import submitting  # noqa: E402 - models need Django to be set up


def main() -> None:
    while True:
        orders, decisions = submitting.due_orders(), submitting.due_decisions()
        for errand in [
            *orders,
            *decisions,
            *submitting.due_deletions(),
            *submitting.due_resizes(),
            *submitting.due_interventions(),
            *submitting.due_foundings(),
        ]:
            submitting.attend(errand)
        time.sleep(0.05)


if __name__ == "__main__":
    main()
