"""Every setting, fed by the environment.

Without any variable set this is the embedded default: SQLite, a queue and a cache in files under ``.data/``, for one
machine and this machine's address only. ``DATABASE_URL`` and ``REDIS_URL`` move the same code to PostgreSQL and Redis.
README lists the variables.
"""

import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from reconcile.embedded import kept_secret_key

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", default=False)
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

# Embedded: nobody said where the data lives, nor under which names others reach the app.
EMBEDDED = not DATABASE_URL and (DEBUG or not ALLOWED_HOSTS)
# Behind HTTPS: everything but the embedded default and a developer's machine.
HTTPS = not EMBEDDED and not DEBUG

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(DATA_DIR / "media"))

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and EMBEDDED:
    SECRET_KEY = kept_secret_key(DATA_DIR)
if not SECRET_KEY:
    message = "SECRET_KEY is not set. Set it to a long random text that only this installation knows."
    raise ImproperlyConfigured(message)
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# Commands that show no page and send no task: what only those need would be half of their start-up
# (docs/decisions/0004).
BARE_COMMAND = not {"compare", "suggest"}.isdisjoint(sys.argv[1:2])

# --- The parts -------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "reconcile.apps.ReconcileConfig",
    "reconcile.dashboard.apps.DashboardConfig",
    "reconcile.patterns.apps.PatternsConfig",
    "reconcile.checks.apps.ChecksConfig",
    "reconcile.exports.apps.ExportsConfig",
    "boundaries.apps.BoundariesConfig",
    "ownership.apps.OwnershipConfig",
    "allauth",
    "allauth.account",
    "simple_history",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "chartkick.django",
    "js_lib_bootstrap5",
    "lucide",
    "csp",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Its pages load nothing from outside where it is among these; it is a tenth of a second of start-up.
    *([] if BARE_COMMAND else ["ninja"]),
    *env.list("DEVELOPER_APPS", default=[]),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reconcile.logs.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "reconcile.transactions.OneTransactionPerChange",
]

ROOT_URLCONF = "reconcile.urls"
WSGI_APPLICATION = "reconcile.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reconcile.dashboard.rail.counts",
            ],
            "builtins": ["ownership.templatetags.parts"],
        },
    },
]

# --- Where data lives ------------------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # Writers wait for each other instead of failing half-way: the lock is taken when the transaction begins.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # recursive_triggers: without it a REPLACE slips past the triggers that keep history append-only.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    ),
}
POSTGRES_OPTIONS = {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}}

database = env.db_url_config(DATABASE_URL or f"sqlite:///{DATA_DIR / 'reconcile.sqlite3'}")
on_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
DATABASES = {
    "default": {
        **database,
        # A server that restarted leaves broken connections in the pool: each is tried before it is handed out.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**database.get("OPTIONS", {}), **(SQLITE_OPTIONS if on_sqlite else POSTGRES_OPTIONS)},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in attempts are counted here, so every process has to see the same cache.
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
            # Past this many entries some are thrown out at random: enough that nobody rids himself of his attempts.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        },
    }

# --- The queue -------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "queue" / "waiting"),
        "data_folder_out": str(DATA_DIR / "queue" / "waiting"),
        "control_folder": str(DATA_DIR / "queue" / "control"),
        "processed_folder": str(DATA_DIR / "queue" / "processed"),
        "store_processed": True,
        "polling_interval": 0.25,
    }
    # Remote control would leave a file in the control folder for every worker that ever started.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_TIMEZONE = "UTC"
CELERY_INCLUDE = ["reconcile.pipeline"]

# A run, or the reading of an export, is held by a lease that its worker extends every second; the sweeper takes back
# what expired, rings again for what nobody came for, and gives up after so many attempts.
RUN_LEASE_SECONDS = env.float("RUN_LEASE_SECONDS", default=30.0)
RUN_RING_SECONDS = env.float("RUN_RING_SECONDS", default=30.0)
RUN_SWEEP_SECONDS = env.float("RUN_SWEEP_SECONDS", default=10.0)
RUN_ATTEMPTS = env.int("RUN_ATTEMPTS", default=3)

# --- Files on their way in -------------------------------------------------------------------------------------------

MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=4_000_000_000)
# So many days after it came in, an export is forgotten unless a run needs it: its bytes and its copy are removed, its
# figures, runs and mismatches stay. Empty: they are kept for ever.
SNAPSHOT_DAYS = int(env.str("SNAPSHOT_DAYS", default="") or 0)
# An export never sits in memory, not even a small one.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "ownership.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "ownership.sign_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "ownership.forms.people.SignInForm",
    "change_password": "ownership.forms.people.NewPasswordForm",
    "set_password": "ownership.forms.people.FirstPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# How many proxies of ours stand in front: that many entries of X-Forwarded-For are believed when attempts are counted.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True

# --- Words and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# --- What a browser gets ---------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(DATA_DIR / "static") if HTTPS else None)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not HTTPS
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "reconcile.static_files.Storage"
        if HTTPS
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Bootstrap draws the arrow of a select and the tick of a checkbox as data: pictures in its own style sheet.
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SESSION_COOKIE_NAME = "reconcile_session"
CSRF_COOKIE_NAME = "reconcile_csrf"
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    # The web process speaks plain HTTP to the proxy in front of it, which says in this header how it was asked.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- Logs ------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_AS_JSON = HTTPS
