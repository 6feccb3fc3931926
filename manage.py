#!/usr/bin/env python
"""Django's command line, kept usable from any folder and honest about the Python it needs."""

import os
import sys

if sys.version_info < (3, 12):  # noqa: UP036 - a stranger may call this with the system's Python
    sys.exit("eFactori needs Python 3.12 or newer. Run `make setup`, then use .venv/bin/python manage.py …")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efactori.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed for this Python. Run `make setup`, then use .venv/bin/python manage.py …")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # says what to set; a traceback would bury it


if __name__ == "__main__":
    main()
