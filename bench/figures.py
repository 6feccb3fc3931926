"""How a figure is told: what was measured, the bar, and what else was measured in the same run."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Figure:
    """One measured value; `bar` is None for a reference."""

    name: str
    measured: str
    bar: str | None = None
    is_met: bool = True


def at_least(name: str, value: float, bar: float, unit: str) -> Figure:
    """A value that must not be smaller than its bar."""
    return Figure(name, f"{value:.1f} {unit}", f"≥ {bar:g} {unit}", value >= bar)


def at_most(name: str, value: float, bar: float, unit: str) -> Figure:
    """A value that must not be larger than its bar."""
    return Figure(name, f"{value:.1f} {unit}", f"≤ {bar:g} {unit}", value <= bar)


def exactly(name: str, value: object, bar: object) -> Figure:
    """A value that must be this one."""
    return Figure(name, str(value), str(bar), value == bar)


def tell(figures: Sequence[Figure]) -> int:
    """Print the table; 1 when a bar was missed, as an exit code."""
    print(f"{_database()}")
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        verdict = "reference" if figure.bar is None else f"{figure.bar:>14}  {'met' if figure.is_met else 'MISSED'}"
        print(f"  {figure.name:<{width}}  {figure.measured:>16}  {verdict}")
    return 0 if all(figure.is_met for figure in figures) else 1


def _database() -> str:
    version = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        return f"{version} {cursor.fetchone()[0]}"
