"""Letters made for tests, honest and hostile. Everybody and every number in them is invented."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

DENIAL = (
    "Northfield Health Plan",
    "PO Box 5, Springfield",
    "November 24, 2026",
    "Notice of Adverse Benefit Determination",
    "Member ID: XJ100200",
    "Reference number: A-55812",
    "We received your request on November 12, 2026.",
    "The service is experimental and investigational for this diagnosis.",
    "You may file an appeal no later than May 25, 2027.",
    "Fax received: 11/25/2026 09:12",
)


def pdf(*pages: Sequence[str], password: str = "") -> bytes:
    """A PDF with these lines on its pages."""
    held = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    canvas = Canvas(held, invariant=1, encrypt=encrypt)
    for lines in pages or (DENIAL,):
        for place, line in enumerate(lines):
            canvas.drawString(60, 780 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def picture(kind: str, *, pages: int = 1, size: tuple[int, int] = (850, 1100)) -> bytes:
    """A blank scan. `kind` as Pillow names it: PNG, JPEG, TIFF."""
    held = io.BytesIO()
    page = Image.new("L", size, 255)
    several = {"save_all": True, "append_images": [page] * (pages - 1)} if pages > 1 else {}
    page.save(held, kind, **several)
    return held.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few kilobytes that say they are a picture of that many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9))
        + chunk(b"IEND", b"")
    )


def pdf_bomb(megabytes: int) -> bytes:
    """One page whose drawing instructions unpack to that many megabytes of text."""
    drawing = (
        b"BT /F1 9 Tf 10 10 Td " + b"(aaaaaaaaaaaaaaaaaaaa) Tj " * (megabytes * 40_000) + b"ET"
    )
    packed = zlib.compress(drawing, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 "
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    return _file_of(objects)


def _file_of(objects: Sequence[bytes]) -> bytes:
    held = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(held))
        held += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(held)
    held += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        held += b"%010d 00000 n \n" % place
    held += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(held)
