"""One figure in this process, with Django ready: the environment names the database and the data folder."""

import importlib
import sys

import django
from django.core.management import call_command
from django.db import connection


def main() -> int:
    """`python -m bench.one FIGURE [options]`; an empty database gets its tables first."""
    django.setup()
    if not connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
    figure = importlib.import_module(f"bench.{sys.argv[1]}")
    code: int = figure.main(sys.argv[2:])
    return code


if __name__ == "__main__":
    sys.exit(main())
