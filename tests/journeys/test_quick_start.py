"""`docs/api.md` from top to end as it is printed: bash and curl, a generated client, a receiver of webhooks.

A `python` block is a file under the name that its first line says. A `text` block is what the block before it prints;
`…` stands for anything, and a `bash` block without one prints nothing.
"""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.journeys.installation import ROOT, Installation
from users import scopes

pytestmark = pytest.mark.once

PAGE = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "── end of a block ──\n"
SECONDS = 300  # it takes fifteen; what takes longer than this is a fault, also on a busy machine


def printed() -> tuple[str, list[tuple[str, str]]]:
    """One script of all blocks, and of each that is run its text and what it shall print."""
    script, runs = "set -euo pipefail\n", []
    for kind, text in BLOCK.findall(PAGE.read_text()):
        match kind:
            case "bash":
                script += f"{text}printf '%s' '{MARK}'\n"
                runs.append((text, ""))
            case "python":
                name = re.match(r"# (\w+\.py)\n", text)
                assert name, text
                script += f"cat > {name[1]} <<'PRINTED'\n{text}PRINTED\n"
            case "text":
                block, expected = runs.pop()
                assert expected == "", text
                runs.append((block, text))
            case _:
                raise AssertionError(f"a block of no known kind: {kind}")
    return script, runs


def test_the_page_of_the_api_works_as_printed(installation: Installation, tmp_path: Path) -> None:
    script, runs = printed()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        receiver = str(probe.getsockname()[1])
    environment = {
        **installation.environment,
        "EFACTORI": installation.url,
        "RECEIVER": receiver,
        "TMPDIR": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        ("bash", "-c", script), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    outputs = done.stdout.split(MARK)
    for (block, expected), output in zip(runs, outputs, strict=False):
        pattern = ".*".join(re.escape(part) for part in expected.rstrip("\n").split("…"))
        assert re.fullmatch(pattern, output.rstrip("\n")), f"{block}\n{output}\n{done.stderr}"
    assert (done.returncode, done.stderr) == (0, "")
    assert len(outputs) == len(runs) + 1


def test_the_page_of_the_api_names_every_area_of_scopes() -> None:
    told = re.search(r"The areas: (.*?)\. ", PAGE.read_text(), re.DOTALL)
    assert told
    assert re.findall(r"`(\w+)`", told[1]) == list(scopes.AREAS)
