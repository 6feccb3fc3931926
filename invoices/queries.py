"""How documents hang together."""

from django.db.models import QuerySet

from documents.models import Link


def links_with_targets() -> "QuerySet[Link]":
    """Links to what came of documents."""
    rows: QuerySet[Link] = Link.objects.select_related("target").only(
        "id", "source_id", "relation", "target__id", "target__kind", "target__number"
    )
    return rows


def links_with_sources() -> "QuerySet[Link]":
    """Links to what documents came of."""
    rows: QuerySet[Link] = Link.objects.select_related("source").only(
        "id", "target_id", "relation", "source__id", "source__kind", "source__number"
    )
    return rows
