"""The parameters of a list: a filter for every plain field, `search`, `ordering`, `fields` and `expand`.

An unknown parameter is refused: a filter that is misspelt and ignored answers with rows nobody asked for.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from core.api.columns import column_at, path_of
from core.api.errors import BadParameter, fault
from core.api.fields import Amount, Day, Moment, Whole
from core.api.serializers import Resource, bound
from core.keysets import Column

PAGING = ("limit", "cursor", "ordering", "search")
SHAPING = ("fields", "expand")
RANGES = ("gt", "gte", "lt", "lte")
_LONGEST_SEARCH = 200


@cache
def filters_of(resource: type[Resource], model: type[Model]) -> dict[str, tuple[str, Any]]:
    """Parameter → path in the ORM and the field that reads its value; only what a column stands behind."""
    found: dict[str, tuple[str, Any]] = dict(resource.filters)
    for name, field in bound(resource).fields.items():
        if not hasattr(field, "from_query"):
            continue
        path = path_of(field)
        if column_at(model, path) is None:
            continue
        found[name] = (path, field)
        if isinstance(field, Amount | Day | Moment | Whole):
            found.update({f"{name}__{kind}": (f"{path}__{kind}", field) for kind in RANGES})
    return found


def has_filters(request: Request) -> bool:
    """Whether the address says more than how to page and shape the answer."""
    return not set(request.query_params) <= {*SHAPING, *PAGING}


def narrow(request: Request, rows: QuerySet[Any], resource: type[Resource], *, searchable: bool) -> QuerySet[Any]:
    """`rows` as the filters and `search` ask."""
    model: Any = rows.model
    known = filters_of(resource, model)
    faults = []
    for name in request.query_params:
        if name in SHAPING or name in PAGING:
            continue
        if name not in known:
            faults.append(fault(f"?{name}", "unknown_parameter", _("There is no such parameter here.")))
            continue
        path, field = known[name]
        try:
            rows = rows.filter(**{path: field.from_query(request.query_params[name])})
        except serializers.ValidationError as error:
            faults += [fault(f"?{name}", str(detail.code), detail) for detail in error.detail]  # type: ignore[union-attr]
    text = request.query_params.get("search", "")
    if text and not searchable:
        faults.append(fault("?search", "unknown_parameter", _("This list cannot be searched; use a filter.")))
    elif "\0" in text or len(text) > _LONGEST_SEARCH:
        faults.append(fault("?search", "invalid", _("Search for at most 200 plain characters.")))
    if faults:
        raise BadParameter(faults)
    return rows.search(text) if text else rows  # type: ignore[attr-defined]


def ordered_by(
    request: Request, model: type[Model], resource: type[Resource], *, default: str, allowed: Collection[str]
) -> list[Column]:
    """The columns of `?ordering=name,-created_at`; the id closes, so that no two rows are equal."""
    known = filters_of(resource, model)
    columns: list[Column] = []
    for name in request.query_params.get("ordering", default).split(","):
        plain = name.removeprefix("-")
        if plain not in allowed or plain not in known or len(columns) == 3:
            message = _("Order by up to three of: %(names)s. A minus turns the direction.") % {
                "names": ", ".join(allowed)
            }
            raise BadParameter([fault("?ordering", "invalid", message)])
        path, _field = known[plain]
        columns.append(Column(path, column_at(model, path), name.startswith("-")))
    if columns[-1].path != "id":
        columns.append(Column("id", model._meta.pk, columns[-1].descending))
    return columns


def shape(request: Request, resource: type[Resource]) -> tuple[set[str] | None, set[str]]:
    """What `?fields=` keeps (None: all) and `?expand=` unfolds."""
    fields = None
    if "fields" in request.query_params:
        fields = _listed(request, "fields", list(bound(resource).fields))
    expand = _listed(request, "expand", resource.expandable()) if "expand" in request.query_params else set()
    return fields, expand | {path.rsplit(".", steps)[0] for path in expand for steps in range(1, path.count(".") + 1)}


def known_only(request: Request, names: Sequence[str]) -> None:
    """Refuse parameters other than `names`."""
    unknown = [name for name in request.query_params if name not in names]
    if unknown:
        message = _("There is no such parameter here.")
        raise BadParameter([fault(f"?{name}", "unknown_parameter", message) for name in unknown])


def _listed(request: Request, parameter: str, allowed: Sequence[str]) -> set[str]:
    names = {name for text in request.query_params.getlist(parameter) for name in text.split(",")}
    unknown = sorted(names - set(allowed))
    if unknown:
        message = _("Unknown: %(unknown)s. Choose among: %(names)s.") % {
            "unknown": ", ".join(name or "“”" for name in unknown)[:200],
            "names": ", ".join(allowed) or "-",
        }
        raise BadParameter([fault(f"?{parameter}", "unknown_name", message)])
    return names
