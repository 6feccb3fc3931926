"""Settings of the test suite: the real ones, with a scratch data folder, quick passwords and tasks run at once."""

import atexit
import os
import shutil
import tempfile

_scratch = tempfile.mkdtemp(prefix="efactori-tests-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
for _folder in ("static", "queue", "queue-control"):  # what `manage.py run` would have made
    os.mkdir(os.path.join(_scratch, _folder))
os.environ["EFACTORI_DATA_DIR"] = _scratch
os.environ["EFACTORI_ENV"] = "embedded"
if os.environ.get("REDIS_URL") and os.environ.get("PYTEST_XDIST_WORKER") == "gw1":
    # Two workers, two Redis databases: one empties its cache without the other's noticing.
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/14"
os.environ.setdefault("EFACTORI_URL", "http://testserver")

from efactori.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES["default"].setdefault("TEST", {})  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"]["NAME"] = os.path.join(_scratch, "test.sqlite3")  # noqa: F405
