from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Poolhouse console"

    def ready(self) -> None:
        # They need the models, which are ready only now.
        from console import monitoring, sessions  # noqa: F401, PLC0415 - they listen once they are loaded
        from console.nudging import listen  # noqa: PLC0415

        listen()
