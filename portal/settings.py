"""Settings of the portal, read from the environment through `portal.env`. README lists the variables."""

from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue
from redis.backoff import NoBackoff
from redis.retry import Retry

import portal.celery  # noqa: F401  (the application that tasks register with wherever the settings are read)
from portal import env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What this portal is called ---------------------------------------------------------------
AWARDING_BODY = env.text("AWARDING_BODY", "OCR")
# How people reach the awarding body outside the portal; what is empty is not shown.
BODY_CONTACT = {
    "telephone": env.text("CONTACT_TELEPHONE", ""),
    "email": env.text("CONTACT_EMAIL", ""),
    "address": env.text("CONTACT_ADDRESS", ""),
}
PORTAL_NAME = env.text("PORTAL_NAME", "iMedia e-portfolio")
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
DEMO = env.flag("DEMO", False)

# --- Django -----------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listing(
    "SECRET_KEY_FALLBACKS"
)  # old keys: what was printed under them stays valid
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS")
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "portal.administration.StaffAdminConfig",  # django.contrib.admin with an index of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "pgtrigger",
    "storages",
    "portal",
    "portal.kit",
    "portal.accounts",
    "portal.files",
    "portal.catalogue",
    "portal.guide",
    "centres",
    "portal.noticeboard",
    "candidates",
    "portfolios",
    "moderation",
    "moderation.awards",
]

MIDDLEWARE = [
    "portal.kit.headers.headers",
    "portal.health.middleware",  # before anything that checks the host or HTTPS
    "django.middleware.security.SecurityMiddleware",
    "portal.files.sandbox.middleware",  # before anything that reads a cookie
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.kit.caching.whatever_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.kit.bodies.unread_bodies",  # before the body is searched for the form's token
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.idle.idle",
    "portal.accounts.second_step.duty.duty",
    "portal.kit.middleware.no_store",
    "portal.kit.middleware.no_null",
    "portal.kit.middleware.too_late",
    "portal.kit.middleware.known_keys",
]

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
                "portal.navigation.house",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", "postgres:///portal")}
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "portal.kit.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Work done by Celery ----------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TIMEZONE = "Europe/London"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A lost message comes back after `visibility_timeout`; without the two after it only some 100 s later.
# No retries: somebody waits for the page, and the sweep finds what could not be queued.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "max_retries": 0,
    "interval_start": 0,
    "socket_connect_timeout": 0.8,  # the longest that somebody may wait for a hint
    "socket_timeout": 0.8,
    "socket_keepalive": True,
}
# The lanes (portal.kit.outbox). A worker that is not given any works in all of them.
CELERY_TASK_QUEUES = [Queue(lane) for lane in ("urgent", "print", "previews")]
CELERY_TASK_DEFAULT_QUEUE = "urgent"
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
OUTBOX_SWEEP_SECONDS = env.number("OUTBOX_SWEEP_SECONDS", 10)
OUTBOX_PAUSES_SECONDS = [5, 30, 120, 600]  # before tries two to five
DIGEST_HOUR = env.number("DIGEST_HOUR", 7)  # in London, for people who have chosen one e-mail a day
CELERY_BEAT_SCHEDULE = {
    "clock": {"task": "portal.kit.tasks.clock", "schedule": crontab()},
    "sweep-files": {
        "task": "portal.files.tasks.sweep_files",
        "schedule": crontab(hour=2, minute=30),
        "options": {"queue": "previews"},  # it takes long
    },
    "unfinished-uploads": {"task": "portal.files.tasks.expire", "schedule": crontab(minute=15)},
    "unsorted-uploads": {"task": "portfolios.tasks.run_out", "schedule": crontab(minute=20)},
    "propose-expiries": {"task": "centres.tasks.propose_expiries", "schedule": crontab(hour=3, minute=30)},
    "lapses": {
        "task": "centres.tasks.look_after_approvals",
        "schedule": crontab(hour=3, minute=30),
    },
    "ended-sessions": {"task": "portal.accounts.tasks.forget_ended_sessions", "schedule": crontab(minute=25)},
    "digests": {
        "task": "portal.accounts.tasks.collect_digests",
        "schedule": crontab(hour=DIGEST_HOUR, minute=0),
    },
}

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media"))
# The portal says who may have a file of MEDIA_ROOT, and nginx sends it: only with deploy/nginx/locations.conf in front.
NGINX_SENDS_FILES = env.flag("NGINX_SENDS_FILES", False)
S3_BUCKET = env.text("S3_BUCKET", "")
# Downloads come from S3 itself by a link that works for a minute; only if browsers can reach the endpoint.
S3_SIGNED_LINKS = env.flag("S3_SIGNED_LINKS", False)


def _file_storage() -> dict:
    if not S3_BUCKET:
        return {
            "BACKEND": "portal.files.storage.Folder",
            "OPTIONS": {"location": MEDIA_ROOT, "base_url": None},
        }
    return s3_storage(
        S3_BUCKET,
        addressing_style=env.text("S3_ADDRESSING_STYLE", "auto"),
        endpoint_url=env.text("S3_ENDPOINT_URL", "") or None,
        region_name=env.text("S3_REGION", "eu-west-2"),
        access_key=env.text("S3_ACCESS_KEY_ID", "") or None,
        secret_key=env.text("S3_SECRET_ACCESS_KEY", "") or None,
        querystring_expire=env.number("S3_LINK_SECONDS", 60),
    )


def s3_storage(bucket_name: str, *, addressing_style: str, **where) -> dict:
    """Files in an S3 store. `where`: options of django-storages for its place and the credentials."""
    from boto3.s3.transfer import TransferConfig  # never needed by a portal with a local folder
    from botocore.config import Config

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            **where,
            "bucket_name": bucket_name,
            # By default the client waits a minute five times, and every thread with it.
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": addressing_style},
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 2},
            ),
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
            "max_memory_size": 1024 * 1024,  # anything larger goes through a file on disk
            # A part is read, and its lease renewed, by the thread that owns the request and its database connection.
            "transfer_config": TransferConfig(use_threads=False),
        },
    }


STORAGES = {
    "default": _file_storage(),
    "staticfiles": {"BACKEND": "portal.staticfiles.StaticFiles"},
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Uploads above 1 MB go to disk as they arrive; nothing keeps a whole file in memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
EVIDENCE_FILE_LIMIT_BYTES = env.number("EVIDENCE_FILE_LIMIT_BYTES", 20_000_000)
EVIDENCE_UNIT_LIMIT_BYTES = env.number("EVIDENCE_UNIT_LIMIT_BYTES", 100_000_000)
EVIDENCE_UNIT_FILES_LIMIT = env.number("EVIDENCE_UNIT_FILES_LIMIT", 100)
BULK_UPLOAD_LIMIT_BYTES = env.number("BULK_UPLOAD_LIMIT_BYTES", 1_000_000_000)  # of a class, its zip included
BULK_UPLOAD_FILES_LIMIT = env.number("BULK_UPLOAD_FILES_LIMIT", 300)
UPLOAD_KEPT_HOURS = env.number("UPLOAD_KEPT_HOURS", 72)  # an unfinished one, since it last continued
CLAMD_SOCKET = env.text("CLAMD_SOCKET", "")  # ClamAV: the path of its socket, or host:port; empty: no scanner
WORKSPACE_LIMIT_BYTES = env.number(
    "WORKSPACE_LIMIT_BYTES", 200_000_000
)  # a candidate's, in addition to the units
RENDITION_SECONDS = env.number("RENDITION_SECONDS", 240)  # for one file; below CELERY_TASK_SOFT_TIME_LIMIT
# Where candidates' zipped web sites may run: a separate origin, such as https://usercontent.example, that leads to
# this same server. Empty: they are listed and downloaded.
USER_CONTENT_ORIGIN = env.text("USER_CONTENT_ORIGIN", "").rstrip("/")
ALLOWED_HOSTS += [host] if (host := urlsplit(USER_CONTENT_ORIGIN).hostname) else []
APPLICATION_FILE_LIMIT_BYTES = env.number("APPLICATION_FILE_LIMIT_BYTES", 10_000_000)
APPLICATION_FILES_LIMIT = env.number("APPLICATION_FILES_LIMIT", 20)
CANDIDATE_IMPORT_LIMIT_BYTES = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a claim of 2,000 lines posts one field a line

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.ByName",
    "portal.accounts.backends.ByEmail",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email", "sign_in_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "sign-in"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY", False) else 0
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "reset_password": "portal.accounts.forms.ForgottenPasswordForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
}
# Tries to sign in are counted in portal.accounts.tries; allauth's own limits would lock owners out.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
# Adults use two-step verification. MFA_… are allauth's own names.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", True)
SECOND_FACTOR_FRESH_MINUTES = env.number("SECOND_FACTOR_FRESH_MINUTES", 15)  # for orders, claims and roles
MFA_ADAPTER = "portal.accounts.second_step.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after is also right
INVOICE_DAYS = env.number("INVOICE_DAYS", 30)
LOW_BALANCE_ENTRIES = env.number("LOW_BALANCE_ENTRIES", 5)
# Wrong tries with one name from all unknown browsers together; after that, an e-mail link or a new slip is needed.
SIGN_IN_TRIES_AN_HOUR = env.number("SIGN_IN_TRIES_AN_HOUR", 100)
INVITATION_DAYS = env.number("INVITATION_DAYS", 14)
SIGN_IN_CODE_DAYS = env.number("SIGN_IN_CODE_DAYS", 60)
STAFF_IDLE_MINUTES = env.number("STAFF_IDLE_MINUTES", 30)  # after which awarding-body staff sign in again
IDLE_MINUTES = env.number("IDLE_MINUTES", 120)  # everybody else
SESSION_COOKIE_AGE = env.number("SESSION_COOKIE_AGE", 12 * 60 * 60)

# --- E-mail -----------------------------------------------------------------------------------
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "portal.kit.mail_files.EmailBackend")
EMAIL_FILE_PATH = env.text("EMAIL_FILE_PATH", str(BASE_DIR / "var" / "mail"))
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = (
    20  # seconds: a mail server that hangs keeps a worker, and what it has locked, no longer than this
)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
# Who is told that there is work for staff, separated by commas; empty: every member of staff with the permission.
STAFF_EMAILS = env.listing("STAFF_EMAILS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{PORTAL_NAME} <no-reply@localhost>")

# --- Safety -----------------------------------------------------------------------------------
SECURE = SITE_URL.startswith("https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
# On HTTPS no neighbouring host can set or read them: browsers bind cookies with this prefix to their own host.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "portal.kit.notes.MessageStorage"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
FORMAT_MODULE_PATH = "portal.formats"  # 24-hour times in the admin as well
USE_TZ = True

# --- Approval ---------------------------------------------------------------------------------
APPROVAL_YEARS = env.number("APPROVAL_YEARS", 3)  # without activity, after which an approval lapses
APPROVAL_WARNING_DAYS = env.number("APPROVAL_WARNING_DAYS", 60)
APPLICATION_LINK_DAYS = env.number("APPLICATION_LINK_DAYS", 30)

# --- Awards -----------------------------------------------------------------------------------
# If one claim completes both the Certificate and the Diploma, only the Diploma is printed (domain reference 7).
ONLY_LARGEST_NEW_AWARD = env.flag("ONLY_LARGEST_NEW_AWARD", True)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # WeasyPrint and fontTools report every glyph; only what an operator can act on is wanted.
    "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "fontTools", "allauth")},
}
