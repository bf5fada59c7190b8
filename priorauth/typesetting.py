"""What every PDF of ours shares: fonts, colours, the paper, and the only way from text to a page.

What it is given is text, never markup, and no address is ever opened for a picture.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

BODY, BOLD = "Vera", "VeraBd"
INK, QUIET, LINE = HexColor("#111827"), HexColor("#4b5563"), HexColor("#d1d5db")
LONGEST = 400
"""Characters of one text: a cell without end would take a page apart."""
_FRAME = 6.0  # points that a frame of ReportLab keeps inside its margins, on each side


@dataclass(frozen=True, slots=True)
class Paper:
    """Letter paper, upright or lying: how far from its edges the text stands, in points."""

    side: float
    top: float
    bottom: float
    size: tuple[float, float] = letter

    @property
    def width(self) -> float:
        """Points from one end of a line to the other."""
        return self.size[0] - 2 * self.side

    @property
    def height(self) -> float:
        """Points from the first line to the last."""
        return self.size[1] - self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDF and how many pages it has."""

    content: bytes
    pages: int


def print_on(paper: Paper, story: Sequence[Any], *, title: str, foot: str = "") -> Printed:
    """`story` as a PDF, the same bytes for the same story. `title` is what a reader's window shows.

    With a `foot` it stands below each page, and across from it which page of how many.
    """
    file = io.BytesIO()
    pages = SimpleDocTemplate(
        file,
        pagesize=paper.size,
        leftMargin=paper.side - _FRAME,
        rightMargin=paper.side - _FRAME,
        topMargin=paper.top - _FRAME,
        bottomMargin=paper.bottom - _FRAME,
        title=plain(title),
        author="",
        invariant=1,
    )
    pages.build(list(story), canvasmaker=_counting(paper, plain(foot)) if foot else Canvas)
    return Printed(file.getvalue(), pages.page)


def _counting(paper: Paper, foot: str) -> Callable[..., Canvas]:
    """A canvas that knows, when it writes the foot of a page, how many there are."""
    height = paper.bottom - _FRAME - 0.35 * inch

    class Counting(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for place, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont(BODY, 8)
                self.setFillColor(QUIET)
                self.drawString(paper.side, height, foot)
                told = f"Page {place} of {len(self._pages)}"
                self.drawRightString(paper.size[0] - paper.side, height, told)
                super().showPage()
            super().save()

    return Counting


def prepare() -> None:
    """Fonts that ReportLab brings, embedded, so that names with accents print."""
    rl_config.trustedSchemes, rl_config.trustedHosts = [], []
    fonts = Path(reportlab.__file__).parent / "fonts"
    for name in (BODY, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))


def _lettered(one: str) -> str:
    """`one` as the font can print it: without an accent that it has no glyph for."""
    glyphs = pdfmetrics.getFont(BODY).face.charToGlyph
    if ord(one) in glyphs:
        return one
    bare = unicodedata.normalize("NFKD", one)[:1]
    return bare if bare and ord(bare) in glyphs else one


def text(words: str, style: ParagraphStyle, *, most: int = LONGEST) -> Paragraph:
    """The only way to a paragraph: whatever `words` holds is text, not markup."""
    return Paragraph(escape(plain(words, most=most)), style)


def plain(words: str, *, most: int = LONGEST) -> str:
    """Without control and direction characters, and not without end.

    A letter that the font lacks loses its accent rather than becoming an empty box.
    """
    kept = "".join(
        " " if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else _lettered(one)
        for one in unicodedata.normalize("NFC", words)
    )
    return kept if len(kept) <= most else f"{kept[:most]}…"
