"""All settings. Each comes from the environment or is the same everywhere (see docs/running.md).

Nothing set means the embedded default: SQLite and mail as files under DATA_DIR, no other server.
PRIORAUTH_MODE=production turns the embedded defaults off and the transport rules on.
"""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from config import env
from config.logs import LOGGING as LOGGING
from config.schedule import BEAT_SCHEDULE
from config.skin import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent

PRIORAUTH_MODE = env.choice("PRIORAUTH_MODE", ("embedded", "production"), default="embedded")
IS_PRODUCTION = PRIORAUTH_MODE == "production"
DEBUG = env.flag("DEBUG", default=False)

# ------------------------------------------------------------------ what is kept on disk

DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
MEDIA_ROOT = env.folder("DOCUMENTS_DIR", DATA_DIR / "documents")
"""Uploaded documents. There is no MEDIA_URL: they are served by a view that checks who asks."""

SECRET_KEY = env.secret_key("SECRET_KEY", required=IS_PRODUCTION, kept_in=DATA_DIR / "secret-key")
DEMO_PASSWORD_FILE = DATA_DIR / "demo-password"

# ------------------------------------------------------------------ addresses

BIND = env.text("BIND", "127.0.0.1")
PORT = env.whole_number("PORT", 8000, at_least=1, at_most=65535)
SITE_URL = env.origin("SITE_URL", f"http://127.0.0.1:{PORT}")
"""What links in mails begin with."""

_site_host = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", [_site_host] if IS_PRODUCTION else [_site_host, "127.0.0.1", "localhost"]
)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [SITE_URL])

# ------------------------------------------------------------------ the app

INSTALLED_APPS = [
    "cases",  # first: its templates go before the skin's
    "unfold.apps.BasicAppConfig",  # basic: it leaves the admin's site to ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.apps.DeskAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.storable_text.StorableText",  # before anything reads what was sent
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.headers.BrowserRules",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, so that everything behind it, templates too, runs inside one clinic's scope.
    "cases.access.ClinicMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.tight_templates.OfProject", "config.tight_templates.OfApps"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["unfold_crispy"]
CRISPY_TEMPLATE_PACK = "unfold_crispy"

# ------------------------------------------------------------------ database

_SQLITE_OPTIONS = {
    # Take the write lock at BEGIN and wait for it: a read that turns into a write never fails.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: a deadline that was saved survives a power cut.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=27103364;"
    ),
}
_database = env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'priorauth.sqlite3'}")
IS_SQLITE = _database["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    _database["OPTIONS"] = _SQLITE_OPTIONS
else:
    # Ten minutes: a connection keeps the plans of the worklist.
    _database |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    _database["OPTIONS"] = {"connect_timeout": 5, **_database.get("OPTIONS", {})}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------ people

AUTH_USER_MODEL = "cases.StaffMember"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "admin:index"

SESSION_COOKIE_NAME = "priorauth_session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: one long working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "priorauth_csrf"

# ------------------------------------------------------------------ transport

IS_HTTPS = SITE_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = IS_PRODUCTION and IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE_SSL_REDIRECT else 0
if env.flag("BEHIND_PROXY", default=False):
    # Only with a proxy that sets this header itself and drops what the visitor sent.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ------------------------------------------------------------------ language, time, static files

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English")]  # the only one: the skin names all there are on each page
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # storage and schedules; people see the clinic's own zone

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_DIR", DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "cases.forms.uploads.Discarded",  # nothing uploaded lies in a folder of temporary files
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024  # bytes: the largest document and its form
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# ------------------------------------------------------------------ mail

MAIL = env.mail("MAIL_URL", "folder:")
MAIL_FOLDER = env.folder("MAIL_DIR", DATA_DIR / "mail")
"""Where the folder transport keeps each mail as a file; the product shows them in the browser."""
MAIL_TIMEOUT = env.whole_number("MAIL_TIMEOUT", 30, at_least=1, at_most=300)  # seconds
MAIL_FROM = env.mailbox("MAIL_FROM", "Deadline desk <desk@localhost>")
IS_MAIL_FROM_DEFAULT = not env.text("MAIL_FROM")

DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
EMAIL_BACKEND = {
    "folder": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}[MAIL.kind]
EMAIL_FILE_PATH = MAIL_FOLDER
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS = MAIL.security == "starttls"
EMAIL_USE_SSL = MAIL.security == "tls"
EMAIL_TIMEOUT = MAIL_TIMEOUT

# ------------------------------------------------------------------ reminders (times in seconds)

MAIL_DOMAIN = env.text("MAIL_DOMAIN") or parseaddr(MAIL_FROM)[1].rpartition("@")[2]
"""What Message-IDs and the List-Id of reminders end with."""
REMINDER_BATCH = env.whole_number("REMINDER_BATCH", 20, at_least=1, at_most=500)
REMINDER_CONNECTIONS = env.whole_number("REMINDER_CONNECTIONS", 4, at_least=1, at_most=32)
"""Kept connections to the mail server of one worker process, each with one to PostgreSQL."""
REMINDER_SENDING_TIME = env.whole_number("REMINDER_SENDING_TIME", 50, at_least=1, at_most=600)
"""After so long a tick sends no more: a slow mail server must not keep the next tick waiting."""
REMINDER_CLAIM_LEASE = env.whole_number("REMINDER_CLAIM_LEASE", 120, at_least=1, at_most=3600)
"""How long a claimed reminder is one worker's; lapsed, it is planned again: nothing was sent."""
REMINDER_ARMED_LEASE = env.whole_number("REMINDER_ARMED_LEASE", 900, at_least=1, at_most=86400)
"""How long an answer to the whole mail is waited for; far above MAIL_TIMEOUT on purpose."""
REMINDER_BACKOFF = env.whole_numbers("REMINDER_BACKOFF", [60, 300, 900, 3600], at_least=1)
"""Waits after a temporary refusal; the last one repeats."""
REMINDER_UNCERTAIN = env.choice("REMINDER_UNCERTAIN", ("resend", "hold"), default="resend")
"""A mail that may have arrived: send one marked copy, or hold it for a person at once."""
RECONCILER = env.reconciler("RECONCILER_URL")
"""Where it can be looked up whether a mail arrived; see cases/mail/evidence.py."""
MAIL_JOURNAL = env.address("MAIL_JOURNAL")
"""Gets a copy of every reminder, in the envelope only: the mailbox that RECONCILER_URL reads."""
BOUNCES = env.bounce_box("BOUNCES_URL")
"""The mailbox of MAIL_FROM: what comes back is shown and passed on; see workflow/bouncing.py."""
REMINDER_ASK_AFTER = env.whole_number("REMINDER_ASK_AFTER", 600, at_least=0, at_most=86400)
"""How long after arming the reconciler is first asked: what was under way has landed by then."""
REMINDER_ASK_UNTIL = env.whole_number("REMINDER_ASK_UNTIL", 1800, at_least=0, at_most=7 * 86400)
"""How long it is asked while it cannot tell; then a person decides."""
REMINDER_RETRY = 60 * 60
"""When to look again at a deadline whose reminder found nobody to go to."""
REMINDER_USEFUL = 14 * 24 * 60 * 60
"""How long after the due date a reminder not yet sent is still worth sending."""
SENDING_MARK_FILE = env.file_or_none("SENDING_MARK_FILE", DATA_DIR / "sending-mark.json")
"""Remembers outside the database how far sending has come; see cases/workflow/pausing.py."""
DEADMAN_URL = env.web_address("DEADMAN_URL")
"""Is pinged each minute while reminders go out; see cases/workflow/watchdog.py."""
WAKE_WORKERS = env.flag("WAKE_WORKERS", default=True)
"""Whether a save rings for a worker; without it reminders wait for the next minute's tick."""

# ------------------------------------------------------------------ Celery
# The database is the queue; the broker only wakes workers. An emptied broker costs nothing.

CELERY_BROKER_URL = env.text("BROKER_URL") or env.text("REDIS_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem:"):
    _broker = DATA_DIR / "broker"
    for _name in ("queue", "processed", "control"):  # the transport does not make them itself
        env.made_folder(_broker / _name, "DATA_DIR")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "processed_folder": str(_broker / "processed"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }
    CELERY_WORKER_PREFETCH_MULTIPLIER = 4  # it polls about once a second: one at a time would crawl
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A killed worker's task comes back after ten minutes; the sweep finds its work sooner.
        "visibility_timeout": 600,
        "unacked_restore_interval": 15,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "health_check_interval": 25,
    }
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 15 * 60  # seconds
CELERY_TASK_DEFAULT_QUEUE = "priorauth"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
