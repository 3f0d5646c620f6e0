"""The product's own settings under a test's environment: nothing is switched off, nothing is eager."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("CREDENTIALS_KEYS", "dGVzdHMtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE=")
if "DATA_DIR" not in os.environ:
    # Whatever this process starts shares it.
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="poolhouse-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("ENDPOINT_ENABLED", "true")
os.environ.setdefault("ENDPOINT_PACE", "instant")
os.environ.setdefault("HTTPS", "false")
# Decisions are sent at once, but where undoing them is what a test is about.
os.environ.setdefault("DECISION_UNDO_SECONDS", "0")
# The strangers of these tests live on this machine.
os.environ.setdefault("UPSTREAM_ALLOWED_NETWORKS", "127.0.0.0/8,::1/128")

from console import wording
from console.settings import *  # noqa: F403
from tests.migrated import TEMPLATE

wording.make()

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # The manifest needs a collectstatic run; the browser tests start the real server, which makes one.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
# The real hasher is slow on purpose; the tests sign in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
if DATABASES["default"]["ENGINE"] == "console.sqlite":  # noqa: F405
    # In a file as in the product, so that threads have connections, locks and transactions of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}  # noqa: F405
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":  # noqa: F405
    DATABASES["default"]["ENGINE"] = "tests.postgresql"  # noqa: F405
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get(TEMPLATE)}  # noqa: F405
