"""What every PDF of ours shares: embedded fonts, colours, and the only way from text to a page.

What it is given is text, never markup, and no address is ever opened for a picture.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

BODY, BOLD = "Vera", "VeraBd"
INK, QUIET, LINE = HexColor("#111827"), HexColor("#4b5563"), HexColor("#d1d5db")
LONGEST = 400
"""Characters of one text: a cell without end would take a page apart."""


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
