"""The settings of a test run: those of production, but for what would only make tests slow."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "0123456789abcdef" * 4)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("SITE_URL", "http://localhost")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="ldnportal-tests-"))

# After the variables above, which it reads.
from ldnportal.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, since threads and the live server must share it; what a power cut would lose does not matter here.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(DATA_DIR, "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
