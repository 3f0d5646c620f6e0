"""The product's own settings, with the floors beside it. `BENCH_MIDDLEWARE=false` leaves out all
middleware but the one that says how long an answer is."""

from console.settings import *  # noqa: F403
from console.settings import INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.support.floors"]
ROOT_URLCONF = "benchmarks.support.urls"
if not env.bool("BENCH_MIDDLEWARE", default=True):
    MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
