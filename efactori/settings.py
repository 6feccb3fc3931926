"""Settings come from the environment alone; the table in README.md names every variable read here."""

import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENT = os.environ.get("EFACTORI_ENV", "embedded")
if ENVIRONMENT not in {"embedded", "production"}:
    raise ImproperlyConfigured(f"EFACTORI_ENV is {ENVIRONMENT!r}; it must be 'embedded' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False

DATA_DIR = Path(os.environ.get("EFACTORI_DATA_DIR") or BASE_DIR / "var").resolve()
_port = os.environ.get("PORT") or "8000"
if not _port.isdigit() or not 1 <= int(_port) <= 65534:
    raise ImproperlyConfigured(f"PORT is {_port!r}; it must be a number from 1 to 65534.")
PORT = int(_port)
PUBLIC_URL = (os.environ.get("EFACTORI_URL") or f"http://127.0.0.1:{PORT}").rstrip("/")
CLIMAPULSE_API_URL = os.environ.get("CLIMAPULSE_API_URL", "").rstrip("/")
VIES_API_URL = os.environ.get("VIES_API_URL", "").rstrip("/") or "https://ec.europa.eu/taxation_customs/vies/rest-api"
DEMO = not PRODUCTION and os.environ.get("EFACTORI_DEMO", "1") not in {"0", "false", "no", ""}

# Who may start a company by signing up: anybody, only the first of all, or nobody (the others are invited).
SIGN_UP = os.environ.get("EFACTORI_SIGN_UP") or ("first" if PRODUCTION else "open")
if SIGN_UP not in {"open", "first", "closed"}:
    raise ImproperlyConfigured(f"EFACTORI_SIGN_UP is {SIGN_UP!r}; it must be 'open', 'first' or 'closed'.")


def _secret_key() -> str:
    """The operator's key in production; elsewhere one made once, in the data folder, for its owner alone."""
    given = os.environ.get("EFACTORI_SECRET_KEY", "")
    if PRODUCTION:
        if len(given) < 40:
            raise ImproperlyConfigured("Production needs its own EFACTORI_SECRET_KEY of at least 40 characters.")
        return given
    if given:
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        fresh = DATA_DIR / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # the first process wins, so that all of them share one key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


try:
    SECRET_KEY = _secret_key()
except OSError as _error:
    raise ImproperlyConfigured(
        f"The data folder cannot be used ({_error.filename or DATA_DIR}: {_error.strerror}). Mend its rights or free "
        "some disk, or name another folder: EFACTORI_DATA_DIR=/path"
    ) from _error
SALT_KEY = SECRET_KEY  # encrypted fields derive their key from it

_host = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = [
    *filter(None, [_host.hostname, *os.environ.get("EFACTORI_ALLOWED_HOSTS", "").split(",")]),
    *([] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"]),
]
CSRF_TRUSTED_ORIGINS = [f"{_host.scheme}://{_host.netloc}"]

# Whose web pages may call the API from a browser: nobody's, unless the operator names them.
CORS_ORIGINS = [*filter(None, os.environ.get("EFACTORI_CORS_ORIGINS", "").split(","))]
if _odd := [origin for origin in CORS_ORIGINS if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", origin)]:
    raise ImproperlyConfigured(f"EFACTORI_CORS_ORIGINS holds {_odd[0]!r}; write origins as in https://tools.example.")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "allauth.account",  # `allauth.mfa` stands on it; neither has addresses here
    "allauth.mfa",
    "core",
    "activity",
    "users",
    "integrations",
    "customers",
    "products",
    "branding",
    "documents",
    "sending",
    "payments",
    "sharing",
    "invoices",
    "work_orders",
    "exchange",
    "webhooks",
    "efactori",
]

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "core.api.cors.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "efactori.maintenance.MaintenanceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "users.middleware.CompanyMiddleware",
]

ROOT_URLCONF = "efactori.urls"
WSGI_APPLICATION = "efactori.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "users.context_processors.company",
            ],
            "builtins": ["core.templatetags.formats"],
        },
    },
]

_sqlite = f"sqlite:///{DATA_DIR / 'efactori.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL") or _sqlite, conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,  # seconds a writer waits for its turn; SQLite wakes waiting writers in no order
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # they outlive a transaction, as a pooler lends it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES: dict[str, dict[str, object]]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "core.cache.FolderCache",
            "LOCATION": str(DATA_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 10_000},  # past it entries are dropped at random, the worker's heartbeat too
        }
    }

# Tasks: Redis where there is one; else files in the data folder, so that nothing has to be installed.
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 600}
else:
    _queue = DATA_DIR / "queue"
    CELERY_BROKER_URL = "folder://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(DATA_DIR / "queue-control"),
        "polling_interval": 0.05,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Brussels"
# Every entry is an interval, so beat need not remember its last runs; the file it would keep has failed it under load.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "activity.tasks.sweep", "schedule": 5.0},
    "forget-answers": {"task": "activity.tasks.forget_answers", "schedule": 3600.0},
    "forget-sessions": {"task": "users.tasks.forget_sessions", "schedule": 86_400.0},
    "forget-sign-ups": {"task": "users.tasks.forget_sign_ups", "schedule": 3600.0},
    "forget-deliveries": {"task": "webhooks.tasks.forget_deliveries", "schedule": 3600.0},
    # A pulse that waited longer is worth nothing, and a stopped worker must not find a heap of them.
    "heartbeat": {"task": "efactori.tasks.heartbeat", "schedule": 2.0, "options": {"expires": 10}},
}

# Whether webhooks may call addresses inside one's own network, and without encryption: on a laptop, not in production.
WEBHOOKS_ALLOW_PRIVATE = os.environ.get("EFACTORI_WEBHOOKS_ALLOW_PRIVATE", "1" if DEMO else "0") == "1"

JOB_LEASE_SECONDS = int(os.environ.get("EFACTORI_JOB_LEASE_SECONDS") or 60)

AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 86_400
LOGIN_URL = "users:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "users:sign-in"

# Second factors: allauth keeps them, the pages and their limits are ours (docs/decisions/0010).
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
MFA_ADAPTER = "users.adapter.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "eFactori"
MFA_TOTP_TOLERANCE = 1  # half minutes that the clock of a phone may differ
MFA_WEBAUTHN_USER_VERIFICATION = "required"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "assets" / "build"] if path.exists()]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024  # a hook message may hold 32 MiB of annexes
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40_000  # the editor of a draft of 2,000 lines

# Mail: SMTP where the operator names a server; else the outbox that the application shows.
OUTBOX_DIR = DATA_DIR / "outbox"
_smtp = {
    "host": os.environ.get("EMAIL_HOST", ""),
    "port": int(os.environ.get("EMAIL_PORT") or 587),
    "username": os.environ.get("EMAIL_HOST_USER", ""),
    "password": os.environ.get("EMAIL_HOST_PASSWORD", ""),
    "use_tls": os.environ.get("EMAIL_USE_TLS", "1") == "1",
    "timeout": 60,  # seconds a writer waits for its turn; SQLite wakes waiting writers in no order
}
HAS_MAIL_SERVER = bool(_smtp["host"])
MAILERS = {
    "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _smtp}
    if HAS_MAIL_SERVER
    else {"BACKEND": "sending.backends.OutboxBackend", "OPTIONS": {"folder": str(OUTBOX_DIR)}}
}
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "invoices@efactori.example")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # a document's page shows its PDF in a frame
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # asks for DENY, see above
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "users.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _host.scheme == "https"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = _host.scheme == "https"
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    SECURE_HSTS_SECONDS = 31_536_000 if _host.scheme == "https" else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _host.scheme == "https"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["users.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.QuickJSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["users.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": "100/second"},
    "DEFAULT_SCHEMA_CLASS": "core.api.openapi.schema.ApiSchema",
    "EXCEPTION_HANDLER": "core.api.errors.problem",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "eFactori",
    "VERSION": "1.0.0",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "This installation"}],
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "core.api.openapi.generator.Generator",
    "POSTPROCESSING_HOOKS": [],
}

LOG_FORMAT = os.environ.get("EFACTORI_LOG_FORMAT") or ("json" if PRODUCTION else "text")
if LOG_FORMAT not in {"json", "text"}:
    raise ImproperlyConfigured(f"EFACTORI_LOG_FORMAT is {LOG_FORMAT!r}; it must be 'json' or 'text'.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"origin": {"()": "core.logs.OriginFilter"}},
    "formatters": {
        "text": {
            "()": "core.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(origin)s] %(message)s",
        },
        "json": {"()": "core.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["origin"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},  # a line for every pulse would fill the disk
        "celery.beat": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # it misses a host name, which a folder has not
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
