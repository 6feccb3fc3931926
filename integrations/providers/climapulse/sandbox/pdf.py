"""A one-page PDF from lines of text: enough paper for a work order, the same bytes every time."""

from collections.abc import Sequence

TOP, LEFT, LEADING = 780, 60, 18


def write(title: str, lines: Sequence[str] = ()) -> bytes:
    """An A4 page in Helvetica: the title, then the lines (what CP1252 lacks becomes a question mark)."""
    drawing = [b"BT /F2 16 Tf %d %d Td (%s) Tj ET" % (LEFT, TOP, _text(title))]
    drawing += [
        b"BT /F1 10 Tf %d %d Td (%s) Tj ET" % (LEFT, TOP - 14 - LEADING * row, _text(line))
        for row, line in enumerate(lines, start=1)
    ]
    stream = b"\n".join(drawing)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    )
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


def _text(value: str) -> bytes:
    encoded = value.encode("cp1252", errors="replace")
    for special in (b"\\", b"(", b")"):
        encoded = encoded.replace(special, b"\\" + special)
    return encoded
