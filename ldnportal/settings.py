"""
Settings: one file, driven by the environment.

README.md has the table of the variables. What is missing or weak in production stops the start with
the name of the variable and the mend.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ldnportal.pages.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def _flag(name: str, default: bool = False) -> bool:
    value = _text(name).lower()
    if value not in {"", "1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not «{value}».")
    return value in {"1", "true", "yes", "on"} if value else default


def _number(name: str, default: int) -> int:
    value = _text(name)
    if not value:
        return default
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not «{value}».")
    return int(value)


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in _text(name, default).split(",") if word.strip()]


def _days(name: str, **default: int) -> dict[str, int]:
    """Days by name, each of which the variable may change: «spam=14, rejected=200»."""
    days = dict(default)
    for word in _words(name):
        what, _equals, number = (part.strip() for part in word.partition("="))
        if what not in days or not number.isdecimal():
            known = ", ".join(f"{each}={days[each]}" for each in default)
            raise ImproperlyConfigured(f"{name} says «{word}». It takes days by name, for example: {known}")
        days[what] = int(number)
    return days


DEBUG = _flag("DEBUG")

SECRET_KEY = _text("SECRET_KEY")
# Django's own W009 threshold: a shorter key, or one of few different characters, can be guessed.
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or weak. Set it to at least 50 random characters, for example the output of: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    SECRET_KEY = SECRET_KEY or "development only: " + "not-a-secret-" * 4
SECRET_KEY_FALLBACKS = _words("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is missing. Set it to the names under which readers reach the site, separated by commas: "
        "ALLOWED_HOSTS=www.example.org"
    )

SITE_URL = _text("SITE_URL", "http://127.0.0.1:8000" if DEBUG else "").rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).netloc:
    raise ImproperlyConfigured(
        "SITE_URL is missing or no address. Set it to the public address of the site, with its scheme: "
        "SITE_URL=https://www.example.org"
    )
SITE_NAME = _text("SITE_NAME", "LDN Portail")
HTTPS = urlsplit(SITE_URL).scheme == "https"

# For quiet hours and storms: with 0 no article takes new comments, and each says so.
COMMENTS_OPEN = _flag("COMMENTS_OPEN", default=True)

DATA_DIR = Path(_text("DATA_DIR") or BASE_DIR / "var")

# Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or networks, and nobody else.
TRUSTED_PROXIES = _words("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "comments",
    "articles",
    "ldnportal.staff",
    "ldnportal.mail",
    "ldnportal.pages",
    "crispy_forms",
    # For its static files: the editor of static/js/rich-text-editor.js.
    "django_prose_editor",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "ldnportal.pages.middleware.request_log",
    "ldnportal.pages.middleware.trusted_proxies",
    "django.middleware.security.SecurityMiddleware",
    "ldnportal.pages.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ldnportal.pages.middleware.refuse_cross_site_posts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ldnportal.staff.middleware.change_one_time_password",
    "comments.own.not_cached",
]

ROOT_URLCONF = "ldnportal.urls"
WSGI_APPLICATION = "ldnportal.wsgi.application"

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
                "ldnportal.pages.context.site",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        _text("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'ldnportal.sqlite3'}",
        conn_max_age=None,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing half-way with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was acknowledged to a reader survives a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},  # OWASP ASVS 5.0, 6.2.9
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Who may do what in the back office: groups that every migration creates and keeps in step. Which article a
# rédacteur may change is asked of the article too (articles/admin/access.py): his own, and those shared with him.
_PARTS_OF_AN_ARTICLE = (
    "authorship",
    "section",
    "figure",
    "faqentry",
    "comparison",
    "treatment",
    "criterion",
    "cell",
    "source",
)
STAFF_ROLES = {
    "rédacteurs": [
        "articles.view_*",
        *(f"articles.{verb}_{noun}" for noun in ("article", "image") for verb in ("add", "change")),
        "articles.add_note",
        *(f"articles.*_{part}" for part in _PARTS_OF_AN_ARTICLE),
    ],
    "relecteurs": ["articles.view_*", "articles.add_review", "articles.add_note"],
    "éditeurs en chef": ["articles.*", "comments.view_comment"],
    "modérateurs": ["comments.view_*", "comments.moderate_comment"],
    "administrateurs": ["*"],
}

LANGUAGE_CODE = _text("LANGUAGE_CODE", "fr")
LANGUAGES = [("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = _text("TIME_ZONE", "Europe/Paris")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "ldnportal.pages.static_files.HashedStaticFiles"
        )
    },
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o644

# The largest article that articles/limits.py allows, in one form; tests/articles/test_admin.py counts it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 9000
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

# For how long a moderator can take a decision back as though it had not been made: its mail waits so long.
DECISION_UNDO = timedelta(minutes=_number("DECISION_UNDO_MINUTES", 10))
# For how many days after its publication the author of a comment may propose a new text.
COMMENT_EDIT_DAYS = _number("COMMENT_EDIT_DAYS", 7)
# Within how many working days the moderators answer a report, and a complaint about a decision.
NOTICE_DAYS = _number("NOTICE_DAYS", 2)
COMPLAINT_DAYS = _number("COMPLAINT_DAYS", 10)

# How many of a hundred decisions of moderators come back to another one, who does not know what was decided.
RE_REVIEW_PERCENT = _number("RE_REVIEW_PERCENT", 5)
if RE_REVIEW_PERCENT > 100:
    raise ImproperlyConfigured("RE_REVIEW_PERCENT must be between 0 and 100.")
# Whether a removal and a ban, which take effect at once, are looked at by another moderator before anybody is told.
SECOND_PAIR_OF_EYES = _flag("SECOND_PAIR_OF_EYES")
# After how many publications without refusal an author with a confirmed address is published unread; 0: nobody is.
TRUST_AFTER = _number("TRUST_AFTER_PUBLICATIONS", 0)

CRISPY_ALLOWED_TEMPLATE_PACKS = ["ldn"]
CRISPY_TEMPLATE_PACK = "ldn"
CRISPY_FAIL_SILENTLY = False

EMAIL_HOST = _text("EMAIL_HOST")
EMAIL_PORT = _number("EMAIL_PORT", 587)
EMAIL_HOST_USER = _text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = _text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _text("DEFAULT_FROM_EMAIL", f"noreply@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
# Whoever claims a mail has so long to send it: much more than EMAIL_TIMEOUT for each step of the conversation. A
# sender that was killed leaves its mail in hand until then.
OUTBOX_LEASE = timedelta(seconds=_number("OUTBOX_LEASE_SECONDS", 300))
# What makes the message of a row of the outbox, by the row's kind (ldnportal/mail/models.py), and the kind in words.
MAIL_KINDS = {
    "review_digest": "articles.digest.message",
    **dict.fromkeys(
        (
            "address_confirm",
            "comment_published",
            "comment_changes",
            "comment_rejected",
            "comment_removed",
            "comment_restored",
            "comment_redacted",
            "complaint_decided",
            "comment_answered",
            "answers_digest",
            "lost_links",
            "moderation_digest",
            "notice_received",
            "notice_decided",
            "notice_overturned",
            "notice_complaint_decided",
        ),
        "comments.mails.message",
    ),
}
MAIL_KIND_NAMES = {
    "review_digest": _("weekly digest of the editors"),
    "address_confirm": _("confirm an address"),
    "comment_published": _("comment published"),
    "comment_changes": _("changes asked for in a comment"),
    "comment_rejected": _("comment rejected"),
    "comment_removed": _("comment removed"),
    "comment_restored": _("comment restored"),
    "comment_redacted": _("words taken out of a comment"),
    "complaint_decided": _("complaint decided"),
    "comment_answered": _("answer to a comment"),
    "answers_digest": _("answers of a day"),
    "lost_links": _("lost private links"),
    "moderation_digest": _("daily digest of the moderators"),
    "notice_received": _("receipt of a report"),
    "notice_decided": _("report decided"),
    "notice_overturned": _("decision about a report taken back"),
    "notice_complaint_decided": _("complaint about a report decided"),
}

# How many days `manage.py purge` leaves things as they are; 0 is for ever. For a comment, by its state, counted from
# the last thing that happened to it; the privacy page shows this table (comments/retention.py).
COMMENT_RETENTION = _days(
    "COMMENT_RETENTION",
    pending=180,
    changes_requested=30,
    published=0,
    rejected=365,
    removed=365,
    spam=30,
    withdrawn=30,
    notices=365,
    restrictions=365,
    mail=90,
)
for _state in ("rejected", "removed", "notices"):
    # A decision may be contested for six months, and there has to be a text, or a notice, to contest it about.
    if 0 < COMMENT_RETENTION[_state] < 184:
        raise ImproperlyConfigured(f"COMMENT_RETENTION must give {_state} 184 days or more (or 0, for ever).")

LOGIN_URL = "admin:login"

# Security. The names of Django 6's own setting, so that ldnportal.pages.csp goes away on upgrade.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # data: for the icons in the admin's own style sheets
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS and _flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# trusted_proxies() drops this header from everybody who is not a trusted proxy.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = _number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and _flag("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = HTTPS and _flag("HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
# A session cookie: nothing stays on a shared computer once the browser is closed.
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "ldnportal.urls.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ldnportal.pages.logs.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": _text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Its lines carry the raw path, and with it a reader's private token; request_log() says the same.
        "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.security.csrf": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
