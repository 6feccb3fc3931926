"""Every action that the code records on a customer or a document is told on its timeline, in a sentence."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from activity import timeline
from documents import kinds

ROOT = Path(__file__).resolve().parents[2]
APPS = ("customers", "documents", "invoices", "payments", "sending", "sharing", "work_orders")
# of a setting, or of a thing that is gone with its page
ELSEWHERE = {
    "customers.party.deleted",
    "documents.number_format.changed",
    "documents.series.started",
    "documents.default_text.added",
    "documents.default_text.changed",
    "documents.default_text.moved",
    "documents.default_text.removed",
    "sending.sender.changed",
    "sending.message_text.changed",
    "sending.message_text.restored",
    "invoices.invoice.deleted",
    "invoices.credit_note.deleted",
}
# a credit note belongs to its invoice, and no work order becomes one
NEVER = {"invoices.credit_note.credited", "invoices.credit_note.duplicated", "invoices.credit_note.repriced"}


def meanings(node: ast.expr, names: dict[str, list[ast.expr]]) -> list[str]:
    """Every text that an expression may be; none where that cannot be read."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return meanings(body, names) + meanings(orelse, names)
        case ast.FormattedValue(value=value):
            return meanings(value, names)
        case ast.JoinedStr(values=values):
            return ["".join(parts) for parts in product(*(meanings(value, names) for value in values))]
        case ast.Name(id=name):
            return [text for value in names.get(name, []) for text in meanings(value, names)]
        case ast.Call(func=ast.Attribute(attr="event"), args=[verb]):
            return [kind.event(text) for text in meanings(verb, names) for kind in kinds.every()]
    return []


def named(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What the names of a module are set to, and what its functions are called with."""
    names: dict[str, list[ast.expr]] = {}
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, []).append(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            for parameter, value in zip(functions[node.func.id].args.args, node.args, strict=False):
                names.setdefault(parameter.arg, []).append(value)
    return names


def recorded(source: str) -> Iterator[tuple[str, list[str]]]:
    """Each call that writes an event, as it stands, with the actions it may write."""
    tree = ast.parse(source)
    names = named(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "record" and ast.unparse(node.func.value) == "events":
            yield ast.unparse(node), meanings(node.args[0], names)
        elif node.func.attr == "event" and node.args:  # also what `record_all` is given
            yield ast.unparse(node), meanings(node, names)


def sources() -> Iterator[str]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.read_text()


def test_every_action_has_its_sentence() -> None:
    calls = [call for source in sources() for call in recorded(source)]
    unread = [call for call, actions in calls if not actions]
    found = {action for _call, actions in calls for action in actions}
    told = {action for action in timeline._sentences if action.startswith(tuple(f"{app}." for app in APPS))}
    assert unread == []
    assert found - ELSEWHERE - NEVER == told
    assert found >= ELSEWHERE | NEVER


def test_an_action_is_read_however_it_is_written() -> None:
    source = """
def tick(file, on):
    verb = "ticked" if on else "unticked"
    events.record(f"documents.file.{verb}", file)
def _tell(action, obj):
    events.record(action, obj)
_tell("payments.payment.undone", x)
events.record(kind.event("issued"), x)
events.record(unknown, x)
"""
    issued = [kind.event("issued") for kind in kinds.every()]
    assert dict(recorded(source)) == {
        "events.record(f'documents.file.{verb}', file)": ["documents.file.ticked", "documents.file.unticked"],
        "events.record(action, obj)": ["payments.payment.undone"],
        "events.record(kind.event('issued'), x)": issued,
        "kind.event('issued')": issued,
        "events.record(unknown, x)": [],
    }
