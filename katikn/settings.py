"""Settings, read from the environment. `.env.example` explains every variable."""

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from katikn.environment import (
    BASE_DIR,
    TESTING,
    address_list,
    database,
    env,
    key_list,
    load_files,
    required,
)

load_files()

DEMO = env.bool("KATIKN_DEMO", default=False)
DEBUG = False
DEFAULT_EXCEPTION_REPORTER = "organizations.error_reports.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "organizations.error_reports.Filter"
PROCESS = env.str("KATIKN_PROCESS", default="worker")
if PROCESS not in ("web", "worker"):
    raise ImproperlyConfigured("KATIKN_PROCESS must be web or worker.")

SECRET_KEY = required("SECRET_KEY", "It signs sessions and links: at least 50 random characters.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ENCRYPTION_KEYS = key_list(
    "ENCRYPTION_KEYS", "It wraps the keys of stored tokens: Fernet keys, newest first."
)
FIELD_ENCRYPTION_KEY = ENCRYPTION_KEYS

PORT = env.int("PORT", default=8000)
BASE_URL = env.str("BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [BASE_URL.split("://", 1)[1].split("/")[0].split(":")[0]]
if DEMO or TESTING:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # not the pages that libraries would add to it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_q",
    "organizations",
    "privacy",
    "knowledge",
    "inbox",
    "leads",
    "scheduling",
    "assistant",
    "katikn",
]

MIDDLEWARE = [
    "organizations.health.HealthMiddleware",
    "organizations.middleware.CorrelationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "organizations.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organizations.middleware.UserLanguageMiddleware",
    "organizations.middleware.MethodNotAllowedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organizations.middleware.UnreadableSecretMiddleware",
]

ROOT_URLCONF = "katikn.urls"
ASGI_APPLICATION = "katikn.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "organizations.context_processors.shell",
                "inbox.context_processors.waiting",
            ],
        },
    },
]

# PostgreSQL: three addresses, three roles. The app role owns nothing and obeys every policy.

DATABASES = {
    "default": database("DATABASE_URL", "It is the address for the app role (web, workers)."),
    "owner": database("DATABASE_OWNER_URL", "It is the address for the role that migrates."),
    "support": database("DATABASE_SUPPORT_URL", "It is the address for staff, purge and backup."),
}
if PROCESS == "web" and not TESTING:
    # The pool keeps the connections. Staff are few: theirs opens none until an admin page is asked
    # for, and more requests than it has connections wait for each other.
    for _alias, _smallest, _largest in (
        ("default", 2, env.int("DATABASE_POOL_SIZE", default=16)),
        ("support", 0, 4),
    ):
        DATABASES[_alias]["CONN_MAX_AGE"] = 0
        DATABASES[_alias]["CONN_HEALTH_CHECKS"] = True
        DATABASES[_alias]["OPTIONS"]["pool"] = {
            "min_size": _smallest,
            "max_size": _largest,
            "timeout": 10,
        }
if TESTING:
    for _alias in ("default", "support"):
        DATABASES[_alias]["TEST"] = {"MIRROR": "owner"}
DATABASE_ROUTERS = ["organizations.roles.MigrateAsOwner", "organizations.roles.StaffAsSupport"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The database cache holds rate limits only; the queue's own statistics stay in the process.

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "rate_limit_cache",
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Django-Q2 runs; our own tables decide. Three clusters, started by `manage.py run_worker`.

Q_CLUSTER = {
    "name": "katikn",
    "cluster_name": "live",
    "orm": "default",
    "broker_class": "organizations.queue.Broker",
    "cache": "process",
    "workers": env.int("KATIKN_LIVE_WORKERS", default=2),
    "queue_limit": 1,
    "bulk": 1,
    "timeout": 90,
    "retry": 300,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "scheduler": False,
    "poll": 1,
    "save_limit": -1,
    "recycle": 500,
    "max_rss": 400_000,
    "guard_cycle": 0.5,
    "log_level": "WARNING",
    "ALT_CLUSTERS": {
        "assistant": {"workers": env.int("KATIKN_ASSISTANT_WORKERS", default=2)},
        "bulk": {
            "workers": env.int("KATIKN_BULK_WORKERS", default=2),
            "timeout": 900,
            "retry": 3600,
        },
    },
}

# Accounts

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "organizations.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "organizations.forms.AddEmailForm",
    "change_password": "organizations.forms.ChangePasswordForm",
    "login": "organizations.forms.LoginForm",
    "reauthenticate": "organizations.forms.ReauthenticateForm",
    "reset_password": "organizations.forms.ResetPasswordForm",
    "reset_password_from_key": "organizations.forms.ResetPasswordKeyForm",
    "set_password": "organizations.forms.SetPasswordForm",
    "signup": "organizations.forms.SignupForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
MFA_ADAPTER = "organizations.second_factor.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "organizations.forms.ActivateTOTPForm",
    "authenticate": "organizations.forms.CodeForm",
    "reauthenticate": "organizations.forms.CodeAgainForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# E-mail

_mail_folder = (BASE_DIR / ".data" / "mail").as_posix()
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{_mail_folder}"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="KΛTIKN <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Who runs this installation, for the privacy page

OPERATOR_NAME = env.str("OPERATOR_NAME", default="")
OPERATOR_ADDRESS = env.str("OPERATOR_ADDRESS", default="")
PRIVACY_EMAIL = env.str("PRIVACY_EMAIL", default="")

# WhatsApp

WHATSAPP_GRAPH_URL = env.str("WHATSAPP_GRAPH_URL", default="https://graph.facebook.com")
WHATSAPP_GRAPH_VERSION = env.str("WHATSAPP_GRAPH_VERSION", default="v26.0")
WHATSAPP_APP_ID = env.str("WHATSAPP_APP_ID", default="")
WHATSAPP_APP_SECRETS = env.list("WHATSAPP_APP_SECRET", default=[])
WHATSAPP_VERIFY_TOKEN = env.str("WHATSAPP_VERIFY_TOKEN", default="")
WEBHOOK_BODY_LIMIT = 3 * 1024 * 1024

# Reading a listing from a page. Addresses that are not public are refused, except those named here.

FETCH_ALLOWED_ADDRESSES = address_list("FETCH_ALLOWED_ADDRESSES")
EXAMPLE_LISTING_PAGES = env.list("EXAMPLE_LISTING_PAGES", default=[])

# Claude, for the organizations whose owner switched it on

ANTHROPIC_API_KEY = env.str("ANTHROPIC_API_KEY", default="")
ANTHROPIC_BASE_URL = env.str("ANTHROPIC_BASE_URL", default="https://api.anthropic.com")
ANTHROPIC_MODEL = env.str("ANTHROPIC_MODEL", default="claude-sonnet-5-5")
ANTHROPIC_EFFORT = env.str("ANTHROPIC_EFFORT", default="low")
ANTHROPIC_TIMEOUT = env.float("ANTHROPIC_TIMEOUT", default=20.0)

# Voice messages in words

TRANSCRIBER = env.str("TRANSCRIBER", default="")
TRANSCRIBER_URL = env.str("TRANSCRIBER_URL", default="http://127.0.0.1:8000")
TRANSCRIBER_KEY = env.str("TRANSCRIBER_KEY", default="")
TRANSCRIBER_MODEL = env.str("TRANSCRIBER_MODEL", default="whisper-1")

# Browser security

SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# Languages, time, files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=(BASE_DIR / "staticfiles").as_posix())
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_USE_FINDERS = DEMO or TESTING
SERVESTATIC_AUTOREFRESH = False
if not (DEMO or TESTING):
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
    }
MEDIA_ROOT = env.path("MEDIA_ROOT", default=(BASE_DIR / ".data" / "media").as_posix())

LOG_FORMAT = env.str("LOG_FORMAT", default="line" if DEMO or TESTING else "json")
if LOG_FORMAT not in ("json", "line"):
    raise ImproperlyConfigured("LOG_FORMAT must be json or line.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "own": {"()": "organizations.logs.Formatter", "as_json": LOG_FORMAT == "json"},
    },
    "handlers": {"console": {"class": "organizations.logs.Handler", "formatter": "own"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django gives these two handlers of their own, which know nothing of scrubbing.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # It logs statements with their values.
        "django.db.backends": {"level": "INFO"},
        # `organizations.queue` writes a line for each task, with its correlation id.
        "django-q": {"level": "WARNING"},
        # `organizations.middleware` writes a line for each request, without its query.
        "uvicorn.access": {"level": "CRITICAL"},
        # One line for each call to Claude says nothing that its record does not.
        "httpx2": {"level": "WARNING"},
    },
}
