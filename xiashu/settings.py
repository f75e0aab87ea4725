"""Settings: everything that differs between installations comes from the environment.

`XIASHU_STATE` is the one folder that holds state (default `.state/`): keys, logs, anchors, and the
embedded servers' data. `DATABASE_URL` and `REDIS_URL` name outside servers instead.
"""

import os
from pathlib import Path

from csp.constants import NONCE

from xiashu.environment import (
    database_from,
    keyring_from,
    mail_server_from,
    number_from,
    secret_from,
    state_folder,
    tile_source,
)

BASE_DIR = Path(__file__).resolve().parent.parent
STATE = state_folder(BASE_DIR)
DEMO = os.environ.get("XIASHU_DEMO", "") == "1"
DEBUG = False

SECRET_KEY = secret_from(STATE, "secret_key")
KEYRING = keyring_from(STATE)
ALLOWED_HOSTS = os.environ.get("XIASHU_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("XIASHU_ORIGINS", "").split(",") if o]
HTTPS = os.environ.get("XIASHU_HTTPS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "cases",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cases.entrance.acting.ActingPostMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "xiashu.urls"
WSGI_APPLICATION = "xiashu.wsgi.application"
ASGI_APPLICATION = "xiashu.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "cases.entrance.acting.frame",
            ],
            "builtins": ["cases.templatetags.words"],
        },
    },
]

DATABASES = {"default": database_from(STATE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
    }
}

# kombu reads the number of the database by another name than redis does.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)
CELERY_TIMEZONE = "Asia/Shanghai"
# What a dying worker had in hand is taken up again: every task is a sweep that may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 150_000  # KB; a process that grew beyond is replaced
# What chases and tells has its own worker, everything else another: a night's long chore keeps
# nobody waiting. Tasks of the first end before they are woken again, so that a slow mail server
# takes up one process and not all; of the second, long before the broker would hand them out anew.
_TELLING = ("derive_notices", "send_notices", "send_webhook")
QUEUE_OF = {"cases.heartbeat": "chase", "cases.chase": "chase"}
QUEUE_OF |= {f"cases.{name}": "notice" for name in _TELLING}
CELERY_TASK_ROUTES = {name: {"queue": queue} for name, queue in QUEUE_OF.items()}
CELERY_TASK_DEFAULT_QUEUE = "chores"
CELERY_TASK_ANNOTATIONS = {name: {"soft_time_limit": 50, "time_limit": 58} for name in QUEUE_OF}
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TASK_TIME_LIMIT = 1560
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTH_USER_MODEL = "cases.Officer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "cases.people.lengths.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
# An office shares one address: the pair of name and address is locked, never the address alone.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "cases.entrance.pages.locked_out"
AXES_CLIENT_IP_CALLABLE = "cases.entrance.throttles.address_of"

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
# A log-in ends after an hour unused, and after a working day with its evening duty in any case.
SESSION_IDLE_MINUTES = number_from("XIASHU_IDLE_MINUTES", 60)
SESSION_HOURS = number_from("XIASHU_SESSION_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# Without XIASHU_HTTPS=1 everything below stays off: a service that listens on this machine alone,
# or on a closed network, would lock itself out. `check --deploy` then says what is missing.
SECURE_SSL_REDIRECT = HTTPS
# A watcher on the same machine asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# A host name of the town's own has nothing below it that speaks plain HTTP; 0 where it has.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and os.environ.get("XIASHU_HSTS_SUBDOMAINS", "1") == "1"
# The word alone lists nobody: browsers take a name in only when its owner asks them to.
SECURE_HSTS_PRELOAD = HTTPS and os.environ.get("XIASHU_HSTS_PRELOAD", "1") == "1"
# XIASHU_PROXY=1: one proxy of ours stands before the service, and sets (never passes on) both
# X-Forwarded-Proto and the last address of X-Forwarded-For.
BEHIND_PROXY = os.environ.get("XIASHU_PROXY", "") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# A background for maps: tiles in WGS-84 or CGCS2000, as https://…/{z}/{x}/{y}.png. None by default:
# whoever serves them learns which places of the town are looked at.
TILES = os.environ.get("XIASHU_TILES", "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *tile_source(TILES)],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
        "media-src": ["'self'"],
        "worker-src": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [p for p in [STATE / "frontend"] if p.is_dir()]
# What is sent stays in memory until it is sealed.
FILE_UPLOAD_HANDLERS = ["cases.docket.transfer.FilesInMemory"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATE / "static" / "staticfiles.json").exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cases.entrance.acting.TokenAuthentication",
        "cases.entrance.acting.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cases.docket.parsing.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["cases.entrance.throttles.Share"],
    "EXCEPTION_HANDLER": "cases.docket.problems.problem",
    "UNAUTHENTICATED_USER": None,
}
# Requests a minute: of an account, of its uploads, of an address nobody logged in from; 0 for any.
API_SHARES = {
    "account": number_from("XIASHU_RATE_ACCOUNT", 1200),
    "uploads": number_from("XIASHU_RATE_UPLOADS", 120),
    "address": number_from("XIASHU_RATE_ADDRESS", 120),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "下蜀镇基层治理接口",
    "DESCRIPTION": "One URL per move; problems as application/problem+json (RFC 9457).",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "UnitKindEnum": "cases.people.models.UnitKind.choices",
        "OutcomeEnum": "cases.docket.states.OUTCOMES",
        "SendBackEnum": "cases.docket.states.SEND_BACKS",
        "ObjectionEnum": "cases.whistle.states.words.OBJECTIONS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cases.entrance.schema.every_answer",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("XIASHU_LOG", "WARNING")},
}

# The town this installation opens with; every row carries its own division code.
HOME_DIVISION = os.environ.get("XIASHU_DIVISION", "321183102")
CENTRE_NAME = os.environ.get("XIASHU_CENTRE_NAME", "矛盾纠纷调处化解中心")
SEEDS = BASE_DIR / "seeds"
ANCHORS = STATE / "anchors"
# The malware scanner (clamd) every file is shown to: tcp://host:3310 or unix:///path; "" for none.
CLAMD = os.environ.get("XIASHU_CLAMD", "")
# Where events are pushed (接口推送); while it stands, the outbox keeps a row for each. The target
# must be https on a public address: a closed government network says otherwise, knowingly.
WEBHOOK_URL = os.environ.get("XIASHU_WEBHOOK_URL", "")
WEBHOOK_SECRET = os.environ.get("XIASHU_WEBHOOK_SECRET", "")
WEBHOOK_PRIVATE = os.environ.get("XIASHU_WEBHOOK_PRIVATE", "") == "1"
WEBHOOK_HTTP = os.environ.get("XIASHU_WEBHOOK_HTTP", "") == "1"
# Mail: off until a server and a sender are named.
_MAIL = mail_server_from(os.environ.get("XIASHU_SMTP_URL", ""))
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.secure == "smtps", _MAIL.secure == "starttls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("XIASHU_MAIL_FROM", "")
MAIL_ON = bool(EMAIL_HOST and DEFAULT_FROM_EMAIL)
# The address people reach the service at: what links in mails begin with.
SITE = os.environ.get("XIASHU_SITE", "").rstrip("/") or (
    CSRF_TRUSTED_ORIGINS[0]
    if CSRF_TRUSTED_ORIGINS
    else f"http://127.0.0.1:{os.environ.get('XIASHU_PORT') or 8000}"
)
# What the law asks of a footer (主办单位、备案号、意见投诉); an empty entry is not shown.
FOOTER = {
    key: os.environ.get(f"XIASHU_FOOTER_{key.upper()}", "")
    for key in ("host", "complaints", "icp", "police", "filing")
}
