"""What happened, in sentences: each app says how its actions are told, pages choose whose events they show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from activity.models import Event


@dataclass(frozen=True)
class Sentence:
    """How a timeline tells an action; tones ok, info, warn, danger. `each` is told every time, `minor` only on the page
    of the thing itself; `url` leads to what came of it, and answers nothing once that is gone.
    """

    text: Callable[[Mapping[str, Any]], str]
    icon: str
    tone: str
    each: bool
    minor: bool
    url: Callable[[Mapping[str, Any]], str] | None


_sentences: dict[str, Sentence] = {}


def register_sentence(
    action: str,
    text: Callable[[Mapping[str, Any]], str],
    *,
    icon: str = "circle-dot",
    tone: str = "",
    each: bool = False,
    minor: bool = False,
    url: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Tell an event on timelines; `text(event.data)` answers in the active language."""
    _sentences[action] = Sentence(text, icon, tone, each, minor, url)


def main_actions() -> list[str]:
    """The actions that are told elsewhere too than on the page of the thing itself."""
    return [action for action, sentence in _sentences.items() if not sentence.minor]


def tell(events: Iterable[Event]) -> list[dict[str, Any]]:
    """A timeline's entries in the order of the events; the same thing done again by the same person is told once."""
    entries: list[dict[str, Any]] = []
    last: tuple[Any, ...] | None = None
    for event in events:
        sentence = _sentences.get(event.action)
        if sentence is None:
            continue
        text = sentence.text(event.data)
        told = (event.object_id, event.action, text, event.actor_id, event.token_id)
        if told == last and not sentence.each:
            continue
        last = told
        entries.append(
            {
                "object_id": event.object_id,
                "text": text,
                "url": sentence.url(event.data) if sentence.url else "",
                "actor": event.actor_name,
                "token": event.token_name,
                "at": event.at,
                "icon": sentence.icon,
                "tone": sentence.tone,
            }
        )
    return entries
