from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Poolhouse console"

    def ready(self) -> None:
        from console.nudging import listen  # noqa: PLC0415 - it needs the models, which are ready only now

        listen()
