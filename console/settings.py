"""Settings, read from the environment alone.

Every secret may come from a file instead: `SECRET_KEY_FILE=/run/secrets/key` does what `SECRET_KEY=…` does.
`docs/operations.md` lists every variable.
"""

from pathlib import Path

import environ
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent


class _Values(FileAwareMapping):  # type: ignore[misc]  # untyped library
    """Files end in a newline, values do not."""

    def __getitem__(self, key: str) -> str:
        value: str = super().__getitem__(key)
        return value.strip()


class _Environment(environ.FileAwareEnv):  # type: ignore[misc]
    ENVIRON = _Values()


env = _Environment()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
# Credentials of projects and of the embedded endpoint are encrypted with the first key and read with any of them.
CREDENTIALS_KEYS = env.list("CREDENTIALS_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# One switch for everything that only makes sense behind TLS: a laptop on plain HTTP could not sign in otherwise.
HTTPS = env.bool("HTTPS", default=True)

# Opens /metrics, and the detail of /readyz, to whoever brings it; without one only signed-in staff are let in.
MONITORING_TOKEN = env.str("MONITORING_TOKEN", default="")
# A file that a worker or a beat touches every few seconds, for whoever keeps the process alive; empty: none.
PRESENCE_PATH = env.str("PRESENCE_PATH", default="")

ENDPOINT_ENABLED = env.bool("ENDPOINT_ENABLED", default=False)
ENDPOINT_PACE = env.str("ENDPOINT_PACE", default="demo")
ENDPOINT_COMPATIBILITY = env.str("ENDPOINT_COMPATIBILITY", default="seed")
# A call held up by a fault rule keeps a thread of the web server; one of them must stay free to remove the rule.
ENDPOINT_DELAYS_AT_ONCE = env.int("ENDPOINT_DELAYS_AT_ONCE", default=1)
# Official clients delete prepaid pools without the header that would allow it; off: they must unsubscribe in billing.
ENDPOINT_DELETES_PREPAID = env.bool("ENDPOINT_DELETES_PREPAID", default=True)

# Of one caller (an address, a key, a user of tokens) and in each web process; 0: no limit.
ENDPOINT_REQUESTS_PER_SECOND = env.float("ENDPOINT_REQUESTS_PER_SECOND", default=1000.0)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "formtools",
    "heroicons",
    "rest_framework",
    "drf_spectacular",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "pools",
    "pools.endpoint",
    "console",
]

MIDDLEWARE = [
    "console.traces.Traced",
    "console.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "console.compressing.Pages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.sessions.Bounded",
    # Fails closed: a page that wants no signed-in person says so (`login_not_required`); DRF views always do.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "console.preferences.Preferred",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if ENDPOINT_ENABLED:
    MIDDLEWARE.insert(0, "pools.endpoint.porch.Porch")

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["heroicons.templatetags.heroicons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.shell.shell",
                # The banner that tells whether anything hosted is being steered.
                *(["pools.endpoint.pages.context.sandbox"] if ENDPOINT_ENABLED else []),
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'poolhouse.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "console.sqlite"
    # Immediate transactions take the write lock first: a reader never has to upgrade and fail half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that fell silent is given up after some seconds; otherwise a page would wait for it for a quarter hour.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"connect_timeout": 5, "tcp_user_timeout": 15000, "keepalives_idle": 15, "keepalives_interval": 5}
    )
    # A worker that is frozen, with its machine perhaps, keeps its locks for no longer than this: every order of the
    # project would wait for them, and every web process with the orders.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c idle_in_transaction_session_timeout=30s")
# Opening is dear on SQLite too: whoever closes the last connection writes the whole log back into the file.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Seconds of silence after which the cloud counts as out of reach; a whole call ends within twice that.
UPSTREAM_READ_TIMEOUT = env.float("UPSTREAM_READ_TIMEOUT", default=30.0)
# So long a decision waits before it is sent: whoever took it may think better of it.
DECISION_UNDO_SECONDS = max(env.int("DECISION_UNDO_SECONDS", default=30), 0)
# So many days more nodes of a pool wait for an approval; then nothing comes of them. 0: for ever.
APPROVAL_DAYS = max(env.int("APPROVAL_DAYS", default=7), 0)
# Whoever decides about more nodes than this, so many minutes after they signed in, gives the password again. None: 0.
FRESH_SESSION_NODES = max(env.int("FRESH_SESSION_NODES", default=30), 0)
FRESH_SESSION_MINUTES = max(env.int("FRESH_SESSION_MINUTES", default=30), 1)
# Where an order is paid in the cloud's own console; {order} stands for its number.
PAYMENT_PAGE_URL = env.str("PAYMENT_PAGE_URL", default="")
# What each worker process keeps to, for each account of the cloud.
UPSTREAM_REQUESTS_PER_SECOND = env.float("UPSTREAM_REQUESTS_PER_SECOND", default=10.0)
# Networks that staff may connect projects in although they are private or this machine's own: 10.20.0.0/16, ::1/128.
UPSTREAM_ALLOWED_NETWORKS = env.list("UPSTREAM_ALLOWED_NETWORKS", default=[])

# How long what no page shows is kept, in days; 0: for ever. `pools.pruning` and `console.tidying` say of what.
RETAIN_HISTORY_DAYS = env.int("RETAIN_HISTORY_DAYS", default=400)
RETAIN_REQUESTS_DAYS = env.int("RETAIN_REQUESTS_DAYS", default=30)
RETAIN_DRAFTS_DAYS = env.int("RETAIN_DRAFTS_DAYS", default=180)
RETAIN_IDLE_DRAFTS_DAYS = env.int("RETAIN_IDLE_DRAFTS_DAYS", default=30)

# Without a broker of its own the worker is one process, and due work is found in the database.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://localhost/")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"polling_interval": 0.02}
    if CELERY_BROKER_URL.startswith("memory:")
    else {"socket_timeout": 10, "socket_connect_timeout": 5, "socket_keepalive": True}
)

# Seconds that a worker's calls under way may go on after it was told to stop; what is cut off then is given back.
WORKER_GRACE = env.float("WORKER_GRACE", default=5.0 if CELERY_BROKER_URL.startswith("memory:") else 25.0)

AUTH_USER_MODEL = "pools.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# New passwords are hashed by the first; one that the other hashed is hashed anew when its owner signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en"
# Each in its own words. `python -m console.wording` makes the catalogs of locale/ ready. A language is offered once its
# catalog is whole.
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "console.formats"
# What somebody chose on this machine, for pages that do not know yet who asks.
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    # With this prefix browsers take the cookie over TLS from this very host alone: no neighbour can plant one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_AGE = round(3600 * env.float("SESSION_LIFE_HOURS", default=7 * 24.0))
SESSION_IDLE = 3600 * env.float("SESSION_IDLE_HOURS", default=12.0)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Clients of the API sign the address they call: it never redirects.
# Probes and Prometheus ask a process itself, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz(/pages)?|metrics)$", r"^(v[123]|v3\.0|_sandbox)/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# How many proxies of ours the caller's address comes through; see `pools.callers`.
PROXIES_IN_FRONT = env.int("PROXIES_IN_FRONT", default=1 if BEHIND_PROXY else 0)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

# What a request may hold. Nothing here takes files; they would be written to disk whatever the limit on bodies says.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 0

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "pools.endpoint.describing.schema.CallSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "ModelArts resource pools, as Poolhouse serves them",
    "VERSION": "0.1.0",
    "SERVERS": [{"url": "/"}],
    # The order of the addresses is that of their table, and options lists have names of their own.
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [],
    "GET_MOCK_REQUEST": "pools.endpoint.describing.schema.looked_at",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "console.logs.Lines"}, "json": {"()": "console.logs.Json"}},
    "filters": {"plain": {"()": "console.logs.Plain"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="lines"),
            "filters": ["plain"],
        },
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # The beat wakes the worker twice a second; only what goes wrong with that is news.
        **{name: {"level": "WARNING"} for name in ("celery.app.trace", "celery.beat", "celery.worker.strategy")},
        # The in-process broker has no host to be named, and its connection is no news.
        "celery.worker.consumer.connection": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
    },
}
