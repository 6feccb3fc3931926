"""`manage.py run` refuses in one line what cannot work, before it has started anything."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from efactori.management.commands import run

NOBODY = 65534


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_refused_with_another_to_try(taken_port: int) -> None:
    advice = f"Port {taken_port} is taken by another program. Choose another: PORT={taken_port + 10} make run"
    with pytest.raises(CommandError) as refusal:
        run.check_port(taken_port)
    assert str(refusal.value) == advice


def test_a_free_port_is_left_free(taken_port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run.check_port(port)
    run.check_port(port)


def test_a_taken_port_stops_the_command_before_anything_is_written(
    taken_port: int, settings: Settings, tmp_path: Path
) -> None:
    settings.PORT = taken_port
    settings.DATA_DIR = tmp_path / "data"
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(CommandError, match="is taken"):
        call_command("run")
    assert not settings.DATA_DIR.exists()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_data_folder_is_made_where_it_can_be(tmp_path: Path) -> None:
    run.check_data_folder(tmp_path / "new" / "data")
    assert list((tmp_path / "new" / "data").iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError) as refusal:
        run.check_data_folder(tmp_path / "file" / "data")
    assert str(refusal.value) == (
        f"The data folder cannot be written ({tmp_path}/file/data: Not a directory). Mend its rights, or name another: "
        "EFACTORI_DATA_DIR=/path make run"
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter and write, whoever runs the tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@contextmanager
def somebody_else() -> Iterator[None]:
    """An account without rights, where root runs the tests; root may write everywhere."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_file_of_another_owner_in_the_data_folder_is_named(open_folder: Path) -> None:
    database = open_folder / "efactori.sqlite3"
    database.touch(mode=0o400)
    with somebody_else(), pytest.raises(CommandError) as refusal:
        run.check_data_folder(open_folder)
    assert str(refusal.value).startswith(f"The data folder cannot be written ({database}: Permission denied). ")


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "NEEDED_BYTES", shutil.disk_usage(tmp_path).total * 2)
    with pytest.raises(CommandError, match=rf"Only \d+ MB is free on the disk of {tmp_path}; free at least \d+ MB\."):
        run.check_data_folder(tmp_path)


def test_static_files_are_collected_again_only_when_a_source_changed(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "app.css").write_text("a {}")
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    collected = settings.STATIC_ROOT / "app.css"

    run.collect_static_files()
    assert collected.read_text() == "a {}"
    collected.write_text("left alone")
    run.collect_static_files()
    assert collected.read_text() == "left alone"
    (source / "app.css").write_text("a { color: red }")
    run.collect_static_files()
    assert collected.read_text() == "a { color: red }"
