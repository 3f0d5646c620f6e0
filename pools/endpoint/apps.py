from django.apps import AppConfig


class EndpointConfig(AppConfig):
    name = "pools.endpoint"
    label = "endpoint"
    verbose_name = "Embedded ModelArts endpoint"
