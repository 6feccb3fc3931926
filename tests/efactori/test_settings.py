"""Every variable that the settings read is explained, and can be set where the application is really run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
NEVER_IN_PRODUCTION = {"EFACTORI_DEMO"}


def read() -> set[str]:
    """What `efactori/settings.py` asks the environment for."""
    text = (ROOT / "efactori" / "settings.py").read_text()
    found = set(re.findall(r'os\.environ\.get\("(\w+)"', text))
    assert text.count("os.environ") == len(re.findall(r'os\.environ\.get\("', text)), "read it with os.environ.get"
    return found


def told() -> list[str]:
    """The variables of README.md's table."""
    section = (ROOT / "README.md").read_text().partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)]


def proposed() -> list[str]:
    """The variables of `.env.example`."""
    return re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def composed() -> tuple[dict[str, Any], set[str]]:
    """The environment that compose gives the application, and all that it takes from `.env`."""
    text = (ROOT / "docker-compose.yml").read_text()
    return yaml.safe_load(text)["x-application"]["environment"], set(re.findall(r"(?<!\$)\$\{(\w+)", text))


def test_the_readme_explains_every_variable_once() -> None:
    assert sorted(told()) == sorted(read())


def test_compose_hands_on_every_variable() -> None:
    given, _taken = composed()
    assert set(given) == read() - NEVER_IN_PRODUCTION


def test_the_example_proposes_what_compose_leaves_open() -> None:
    given, taken = composed()
    assert sorted(proposed()) == sorted(taken)
    fixed = {name for name, value in given.items() if f"${{{name}" not in value}
    assert fixed - taken == {"EFACTORI_ENV", "EFACTORI_DATA_DIR", "DATABASE_URL", "REDIS_URL"}


def test_the_example_proposes_what_holds_without_it() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    proposals = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    assert {name: proposals[name] for name in defaults} == defaults


def chosen(name: str, **environment: str) -> tuple[str, str]:
    """What a setting becomes in a process with these variables, and the last line that it complains with."""
    program = f"from efactori import settings; print(settings.{name})"
    bare = {"PATH": os.environ["PATH"], "EFACTORI_DATA_DIR": os.environ["EFACTORI_DATA_DIR"], **environment}
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=bare, capture_output=True, text=True)
    return ran.stdout.strip(), (ran.stderr.splitlines() or [""])[-1]


def test_production_logs_json_and_everybody_may_choose() -> None:
    production = {"EFACTORI_ENV": "production", "EFACTORI_SECRET_KEY": "k" * 40}
    assert chosen("LOG_FORMAT") == ("text", "")
    assert chosen("LOG_FORMAT", **production) == ("json", "")
    assert chosen("LOG_FORMAT", **production, EFACTORI_LOG_FORMAT="text") == ("text", "")
    value, complaint = chosen("LOG_FORMAT", EFACTORI_LOG_FORMAT="xml")
    assert (value, complaint.split(": ")[1]) == ("", "EFACTORI_LOG_FORMAT is 'xml'; it must be 'json' or 'text'.")
