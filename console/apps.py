from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Poolhouse console"

    def ready(self) -> None:
        # They need the models, which are ready only now.
        from console import monitoring, nudging, sessions, tidying  # noqa: F401, PLC0415 - two listen by being loaded

        nudging.listen()
        tidying.listen()
