"""The printing room: a plain print model goes in, a PDF comes out.

`model` holds what a document says, `sheet` writes it as it stands on paper, `engine` sets it, `page` shows it without
an engine. Nothing here knows the database.
"""

from documents.rendering.model import PrintDocument


def render(document: PrintDocument) -> bytes:
    """The PDF of `document`; the same document gives the same bytes."""
    # The engine takes most of a second and 60 MB to load: only a process that prints pays for it.
    from documents.rendering import engine, sheet

    return engine.pdf(sheet.markup(document), sheet.style(document))
