"""`python -m bench [FIGURE …] [--database embedded|postgres|both] [--quick]`: measure against the bars.

Each figure runs in a process of its own. The exit code says whether every bar was met.
"""

import argparse
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import psutil

from bench import scratch

FIGURES = ("hooks", "issuing", "api", "pages", "painting", "syncing", "pdf")
SIZES = {
    "hooks": ("--messages", "1000"),
    "issuing": ("--invoices", "400"),
    "api": ("--sizes", "10000", "100000", "--invoices", "200", "--requests", "10000"),
    "pages": ("--invoices", "100000", "--customers", "10000"),
    "painting": (),
    "syncing": ("--products", "2500"),
    "pdf": ("--rounds", "40", "--count", "1000"),
}
QUICK = {
    "hooks": ("--messages", "80"),
    "issuing": ("--invoices", "40"),
    "api": ("--sizes", "1000", "5000", "--invoices", "40", "--requests", "400"),
    "pages": ("--invoices", "2000", "--customers", "200"),
    "painting": ("--rounds", "1"),
    "syncing": ("--products", "300"),
    "pdf": ("--rounds", "5"),
}
LIMIT_SECONDS = 1200


def main() -> int:
    """Run what was asked for; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument(
        "figures", nargs="*", metavar="figure", help=f"of {', '.join(FIGURES)}; all when none is named"
    )
    options.add_argument("--database", choices=(scratch.EMBEDDED, scratch.POSTGRES, "both"), default="both")
    options.add_argument("--quick", action="store_true", help="small counts: a look while working, not a result")
    chosen = options.parse_args()
    if unknown := set(chosen.figures) - set(FIGURES):
        options.error(f"no such figure: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _say_where()
    missed = []
    for figure in chosen.figures or FIGURES:
        sizes = (QUICK if chosen.quick else SIZES)[figure]
        for database in _databases(figure, chosen.database):
            print(f"\n── {figure}{'' if figure in {'painting', 'pdf'} else f' on {database}'} ──", flush=True)
            if not _is_met(figure, database, sizes):
                missed.append(f"{figure} ({database})")
    print("\n" + (f"missed: {', '.join(missed)}" if missed else "every bar was met"))
    return 1 if missed else 0


def _databases(figure: str, asked: str) -> Sequence[str]:
    if figure in {"painting", "pdf"}:
        return (scratch.EMBEDDED,)  # no database changes them
    if asked != "both":
        return (asked,)
    if trouble := scratch.postgres_trouble():
        print(f"PostgreSQL is left out: {trouble}")
        return (scratch.EMBEDDED,)
    return (scratch.EMBEDDED, scratch.POSTGRES)


def _is_met(figure: str, database: str, sizes: Sequence[str]) -> bool:
    with scratch.installation(database) as environment:
        module = ("bench.pdf",) if figure == "pdf" else ("bench.one", figure)
        command = (sys.executable, "-m", *module, *sizes)
        return subprocess.run(command, env=environment, timeout=LIMIT_SECONDS, check=False).returncode == 0


def _say_where() -> None:
    memory = psutil.virtual_memory().total / 1024**3
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}")
    print(f"Python {platform.python_version()}; load at the start {load}")
    print(f"a loop of 200,000 squares takes {_loop_ms():.1f} ms of CPU here and now; a busy machine makes it longer")


def _loop_ms() -> float:
    """What a fixed piece of work costs: a neighbour on the same cores makes every CPU figure grow alike."""
    taken = []
    for _ in range(20):
        started = time.process_time()
        sum(number * number for number in range(200_000))
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
