"""The product's settings without the console: no pages, no people, no worker, nothing but the endpoint's own tables."""

from console.settings import *  # noqa: F403
from console.settings import INSTALLED_APPS as ALL_APPS
from console.settings import MIDDLEWARE as ALL_MIDDLEWARE

INSTALLED_APPS = [app for app in ALL_APPS if app in {"rest_framework", "drf_spectacular", "pools.endpoint"}]
MIDDLEWARE = [one for one in ALL_MIDDLEWARE if one.startswith("pools.endpoint.")]
ROOT_URLCONF = "console.alone.urls"
TEMPLATES = []
# Its passwords are random and die with its database; whoever asks for a token should not wait for a slow hash.
PASSWORD_HASHERS = ["console.alone.hashing.Quick"]
# Django's own loggers too are as quiet as LOG_LEVEL says: to whoever tests refusals they are no news.
LOGGING["loggers"]["django"] = {"level": env.str("LOG_LEVEL", default="INFO")}  # type: ignore[index]  # noqa: F405
