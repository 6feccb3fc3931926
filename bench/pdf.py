"""What a printed invoice costs in a warm worker: CPU, throughput, memory, beside a reportlab page of the same content.

The two engines take turns, so that a slow minute of the machine slows both: `python -m bench.pdf [--count 1000]`.
"""

import argparse
import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efactori.settings")

import psutil
import weasyprint

from bench import pdf_reportlab
from documents.rendering import engine, render
from documents.rendering.model import PrintDocument
from tests.documents import rendering_samples

BAR_MS = 170
WARM_UP = 5
MIB = 1024 * 1024


def main() -> None:
    """Measure, print, and fail when the bar is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=40, help="documents of each engine for the time figures")
    options.add_argument("--count", type=int, default=0, help="documents for the memory figures; the bar names 1000")
    chosen = options.parse_args()
    document = rendering_samples.plain()
    pdf_reportlab.register_fonts()
    _machine()
    middle = _time(document, chosen.rounds)
    if chosen.count:
        _memory(document, chosen.count)
    raise SystemExit(middle > BAR_MS)


def _machine() -> None:
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    subset = "with" if engine.harfbuzz_subset is not None else "WITHOUT"
    print(f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {platform.python_version()}")
    print(f"WeasyPrint {weasyprint.__version__} {subset} libharfbuzz-subset; 12 lines, logo, QR code, one page")


def _time(document: PrintDocument, rounds: int) -> float:
    engines: dict[str, Callable[[PrintDocument], bytes]] = {"ours": render, "reportlab": pdf_reportlab.draw}
    sizes = {name: len([make(document) for _ in range(WARM_UP)][-1]) for name, make in engines.items()}
    cpu: dict[str, list[float]] = {name: [] for name in engines}
    wall: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, make in engines.items():
            started, busy = time.perf_counter(), time.process_time()
            make(document)
            cpu[name].append((time.process_time() - busy) * 1000)
            wall[name].append(time.perf_counter() - started)
    print(f"{'':10} {'CPU ms: median':>15} {'lowest':>8} {'highest':>8} {'per second':>11} {'KiB':>6}")
    for name, values in cpu.items():
        speed = rounds / sum(wall[name])
        print(
            f"{name:10} {statistics.median(values):15.1f} {min(values):8.1f} {max(values):8.1f} {speed:11.1f} "
            f"{sizes[name] / 1024:6.1f}"
        )
    middle = statistics.median(cpu["ours"])
    print(f"bar {BAR_MS} ms: {'met' if middle <= BAR_MS else 'MISSED'}")
    return middle


def _memory(document: PrintDocument, count: int) -> None:
    """Different documents, as a worker has them; resident memory after each tenth."""
    process = psutil.Process()
    resident = []
    started = time.perf_counter()
    for position in range(1, count + 1):
        render(replace(document, number=f"2026-{position:04}", customer_reference=f"PO-{position}"))
        if position % max(count // 10, 1) == 0:
            gc.collect()
            resident.append(process.memory_info().rss / MIB)
    elapsed = time.perf_counter() - started
    print(f"{count} documents in {elapsed:.0f} s, {count / elapsed:.1f} per second in one process")
    print("resident MiB after each tenth: " + " ".join(f"{value:.1f}" for value in resident))


if __name__ == "__main__":
    main()
