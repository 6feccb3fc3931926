"""What a new company does first. Each app declares its step; whether it is done is asked of the facts, never ticked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Step:
    """`is_done(company)` looks at the company's own data; `label` and `hint` are lazy: what to do, and why."""

    order: int
    label: Any
    hint: Any
    icon: str
    url_name: str
    is_done: Callable[[Any], bool]
    url_args: tuple[str, ...] = ()
    owner_only: bool = False

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.url_args)


_steps: list[Step] = []


def declare(step: Step) -> None:
    _steps.append(step)


def for_membership(membership: Any) -> list[tuple[Step, bool]]:
    """The steps that this person may take, in their order, each with whether it is done."""
    mine = (step for step in _steps if not step.owner_only or membership.role == "owner")
    return [(step, step.is_done(membership.company)) for step in sorted(mine, key=lambda step: step.order)]
