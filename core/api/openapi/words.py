"""How an operation is called: from its address, so that no view has to say it."""

import re

_IRREGULAR = {"company": "company", "received": "received work order"}
_VERBS = {
    "list": "List {many}",
    "create": "Create {a_one}",
    "retrieve": "Read {a_one}",
    "partial_update": "Change {a_one}",
    "destroy": "Delete {a_one}",
    "bulk": "Create many {many} at once",
}
_IDS = {"list": "list", "create": "create", "retrieve": "read", "partial_update": "change", "destroy": "delete"}


def steps(path: str) -> list[str]:
    """The fixed steps of an address below the version: `/api/v1/invoices/{id}/issue/` has `invoices` and `issue`."""
    return [step for step in path.strip("/").split("/")[2:] if not step.startswith("{")]


def tag(path: str) -> str:
    """The heading under which the operation stands."""
    first, *rest = steps(path)
    return (rest[0] + " " + first if first == "work-orders" and rest else first).replace("-", " ").capitalize()


def operation_id(path: str, action: str) -> str:
    """`invoices_payments_create`; an action of its own is the last step of its address already."""
    name = "_".join(steps(path)).replace("-", "_")
    return f"{name}_{_IDS[action]}" if action in _IDS else name


def summary(path: str, action: str, doc: str) -> str:
    """What the operation does, in a few words: the first clause of the action's docstring where it is no plain verb."""
    if action not in _VERBS:
        return re.split(r"[.;:]\s|[.;:]$|, as ", doc.strip(), maxsplit=1)[0] or steps(path)[-1].capitalize()
    fixed = steps(path)
    last = fixed[-2] if action == "bulk" else fixed[-1]
    one = singular(last)
    many = one if last == "company" else f"{one}s" if not one.endswith("y") else f"{one[:-1]}ies"
    return _VERBS[action].format(many=many, a_one=f"the {one}" if last == "company" else article(one))


def singular(step: str) -> str:
    if step in _IRREGULAR:
        return _IRREGULAR[step]
    text = step.replace("-", " ")
    return f"{text[:-3]}y" if text.endswith("ies") else text.removesuffix("s")


def article(noun: str) -> str:
    is_vowel = noun[0] in "aeio" or (noun[0] == "u" and not noun.startswith("us"))
    return f"{'an' if is_vowel else 'a'} {noun}"


def plain(doc: str | None) -> str:
    """A docstring as one paragraph of text, without its line ends."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", doc or "") if part.strip())
