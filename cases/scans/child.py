"""The child process that opens a paper: run as a script by `reading.py`, imported by nobody.

    child.py look PDF|image [TESSERACT]   one JSON line {"pages": n}, then one {"text": ...} a page
    child.py count PDF|image             one JSON line {"pages": n}
    child.py page PDF|image NUMBER        the page as a JPEG
    child.py bind PDF|image:BYTES ...     papers that come one after the other, as one PDF

The paper comes on standard input. Ends with 0 when it was read, with 3 when it cannot be opened,
with 4 when it is locked with a password, with 5 when it is larger than we look at.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

MEMORY = 512 * 1024 * 1024  # bytes of address space
SECONDS = 10  # of processor time; what runs longer is stopped by the system
MOST_PAGES = 200
PAGES_READ = 10  # what matters of a letter stands at its beginning
PAGES_OCR = 2
OCR_SECONDS = 6
MOST_TEXT = 20_000  # characters a page
MOST_PIXELS = 60_000_000  # a page scanned at 600 dpi has 34 million
BOX = (1400, 1980)  # pixels within which a page is drawn for the screen
OCR_BOX = (2200, 3110)


def limit() -> None:
    """Give up what a parser does not need. Windows has no such limits; there is the time only."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


class Pdf:
    """A PDF, by PDFium."""

    def __init__(self, content: bytes) -> None:
        import pypdfium2

        try:
            self.file = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            sys.exit(4 if "password" in str(error).lower() else 3)
        self.pages = len(self.file)

    def text(self, number: int) -> str:
        text: str = self.file[number].get_textpage().get_text_range()
        return text

    def picture(self, number: int, box: tuple[int, int]) -> Any:
        page = self.file[number]
        width, height = page.get_size()  # points; a hostile page may be of any size
        scale = min(box[0] / max(width, 1), box[1] / max(height, 1), 10)
        return page.render(scale=scale, may_draw_forms=False).to_pil()


class Image:
    """A PNG, JPEG or TIFF, by Pillow."""

    def __init__(self, content: bytes) -> None:
        from PIL import Image as pillow

        pillow.MAX_IMAGE_PIXELS = MOST_PIXELS
        try:
            self.file = pillow.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF"))
        except pillow.DecompressionBombError:
            sys.exit(5)
        except (OSError, SyntaxError, ValueError):
            sys.exit(3)
        if self.file.width * self.file.height > MOST_PIXELS:
            sys.exit(5)
        self.pages = getattr(self.file, "n_frames", 1)

    def text(self, number: int) -> str:
        return ""

    def picture(self, number: int, box: tuple[int, int]) -> Any:
        self.file.seek(number)
        page = self.file
        if page.width * page.height > MOST_PIXELS:
            sys.exit(5)
        if page.width > 2 * box[0] and page.height > 2 * box[1]:
            page.draft("RGB", box)  # of a JPEG: decoded small at once
        page = _upright(page.convert("L" if page.mode in ("1", "L", "I;16") else "RGB"), page)
        page.thumbnail(box)
        return page


def _upright(page: Any, original: Any) -> Any:
    """A phone's photo says how it was held; nothing else that it says of itself goes on."""
    turns = {3: 180, 6: 270, 8: 90}
    try:
        turn = turns.get(original.getexif().get(0x0112))
    except Exception:  # broken remarks of a camera are no reason not to see the page
        turn = None
    return page.rotate(turn, expand=True) if turn else page


def open_paper(kind: str, content: bytes) -> Pdf | Image:
    """Ends the process when there is no page, or more than we look at."""
    paper = Pdf(content) if kind == "pdf" else Image(content)
    if paper.pages < 1:
        sys.exit(3)
    if paper.pages > MOST_PAGES:
        sys.exit(5)
    return paper


def look(paper: Pdf | Image, tesseract: str) -> None:
    """Say how many pages there are at once, and then what can be read of them."""
    if isinstance(paper, Image):
        paper.file.load()  # only decoding tells a picture from what claims to be one
    say({"pages": paper.pages})
    for number in range(min(paper.pages, PAGES_READ)):
        text = paper.text(number).strip()
        if not text and tesseract and number < PAGES_OCR:
            text = recognised(paper.picture(number, OCR_BOX), tesseract)
        say({"text": text[:MOST_TEXT]})


def recognised(picture: Any, tesseract: str) -> str:
    """What the system's Tesseract reads on the picture; "" when it does not manage in time."""
    held = io.BytesIO()
    picture.convert("L").save(held, "PNG", compress_level=1)
    try:
        done = subprocess.run(  # noqa: S603
            [tesseract, "stdin", "stdout", "--psm", "4"],
            input=held.getvalue(),
            capture_output=True,
            timeout=OCR_SECONDS,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode(errors="replace")


def page(paper: Pdf | Image, number: int) -> None:
    """Draw one page, the first being 1."""
    if not 1 <= number <= paper.pages:
        sys.exit(3)
    picture = paper.picture(number - 1, BOX)
    held = io.BytesIO()
    picture.convert("L" if picture.mode in ("1", "L") else "RGB").save(held, "JPEG", quality=80)
    sys.stdout.buffer.write(held.getvalue())
    sys.stdout.buffer.flush()


def bind(parts: list[str], content: bytes) -> None:
    """Put papers behind each other into one PDF; `parts` tell the kind and size of each."""
    import pypdfium2

    bound, start, pages = pypdfium2.PdfDocument.new(), 0, 0
    for part in parts:
        kind, _, size = part.partition(":")
        end = start + int(size)
        paper = open_paper(kind, content[start:end])
        start, pages = end, pages + paper.pages
        if pages > MOST_PAGES:
            sys.exit(5)
        file = paper.file if isinstance(paper, Pdf) else pypdfium2.PdfDocument(on_paper(paper))
        bound.import_pages(file)
    bound.save(sys.stdout.buffer)
    sys.stdout.buffer.flush()


def on_paper(image: Image) -> bytes:
    """The pages of a picture as a PDF, each within a letter page with its margins."""
    pages = []
    for number in range(image.pages):
        image.file.seek(number)
        page = image.file.copy()
        if page.width * page.height > MOST_PIXELS:
            sys.exit(5)
        page = _upright(page if page.mode in ("1", "L", "RGB") else page.convert("RGB"), image.file)
        pages.append(page)
    held = io.BytesIO()
    dots = max(max(page.width / 7.5, page.height / 10) for page in pages)  # an inch
    pages[0].save(held, "PDF", save_all=True, append_images=pages[1:], resolution=dots)
    return held.getvalue()


def say(told: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.flush()  # what was read stays read, whatever comes after


if __name__ == "__main__":
    limit()
    job, kind, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    if job == "bind":
        bind([kind, *rest], sys.stdin.buffer.read())
        sys.exit(0)
    held = open_paper(kind, sys.stdin.buffer.read())
    if job == "count":
        say({"pages": held.pages})
    elif job == "look":
        look(held, rest[0] if rest else "")
    else:
        page(held, int(rest[0]))
