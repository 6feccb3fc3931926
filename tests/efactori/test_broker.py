"""The message folder of an embedded installation, with writers and readers at once."""

import threading
from pathlib import Path

from kombu import Connection

from efactori import broker

WRITERS, EACH = 4, 150


def test_no_reader_ever_takes_half_a_message(tmp_path: Path) -> None:
    broker.register()
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    taken: list[str] = []
    failures: list[BaseException] = []
    writing = threading.Event()
    writing.set()

    def write(writer: int) -> None:
        with Connection("folder://localhost", transport_options=options) as connection:
            queue = connection.SimpleQueue("work")
            for number in range(EACH):
                queue.put({"id": f"{writer}-{number}", "filling": "x" * 5000})

    def read() -> None:
        try:
            with Connection("folder://localhost", transport_options=options) as connection:
                queue = connection.SimpleQueue("work")
                while True:
                    still = writing.is_set()
                    try:
                        message = queue.get(block=False)
                    except queue.Empty:
                        if not still:
                            return
                        continue
                    taken.append(message.payload["id"])
                    message.ack()
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in readers:
        thread.join()

    assert failures == []
    assert sorted(taken) == sorted(f"{writer}-{number}" for writer in range(WRITERS) for number in range(EACH))
    assert [path.name for path in (tmp_path / "queue").iterdir()] == []
