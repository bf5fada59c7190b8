"""A patient's name from one cell: "Last, First" or "First Last"."""

from __future__ import annotations

import re
import unicodedata

from priorauth.errors import UnreadableCell

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|v|2nd|3rd)\.?", re.IGNORECASE)
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr)\.?", re.IGNORECASE)
# Belong to the last name that follows: Ana de la Cruz, Ludwig van der Berg.
_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "al ap ben bin da dal de dei del della den der des di do dos du el ibn la le los san st "
        "st. santa ten ter van vande vander vom von zu zum zur",
    )
)


def read_name(text: str) -> tuple[str, str]:
    """Last name and first name. Accents, hyphens and apostrophes are kept as they are.

    With a comma the last name comes first; without, it is the last word with the particles before
    it. A suffix (Jr., III) goes with the last name, middle names with the first, a title is
    dropped. Raises UnreadableCell when one of the two is missing or it cannot be a name.
    """
    name = clean_name(text)
    if not name:
        raise UnreadableCell("patient name missing", "write it as Last, First.")
    check_name(name)
    parts = [part.strip() for part in name.split(",")]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        last, first = _comma(parts)
    else:
        last, first = _words(parts[0].split() if parts else [])
    if not last or not first:
        raise UnreadableCell(
            "patient name incomplete", f"{name!r} has no first or no last name: Last, First."
        )
    return last, first


def clean_name(text: str) -> str:
    """Composed letters, single spaces, no control and no direction marks."""
    visible = "".join(
        letter for letter in text if unicodedata.category(letter) != "Cf" or letter == "\u200d"
    )
    spaced = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zs", "Zl", "Zp") else letter
        for letter in visible
    )
    return unicodedata.normalize("NFC", " ".join(spaced.split()))


def check_name(name: str) -> None:
    """Raises UnreadableCell for a formula, a number, an address: anything no name looks like."""
    if re.match(r"[=+@\-]", unicodedata.normalize("NFKC", name)):
        raise UnreadableCell("formula in place of a name", f"{name[:40]}: write Last, First.")
    if not any(letter.isalpha() for letter in name):
        raise UnreadableCell("patient name is no name", f"{name[:40]}: write Last, First.")


def _comma(parts: list[str]) -> tuple[str, str]:
    """Of Last, First; Last, First, Jr.; Last Jr., First; First Last, Jr."""
    last, rest = parts[0], parts[1:]
    suffixes = [part for part in rest if _SUFFIX.fullmatch(part)]
    rest = [part for part in rest if not _SUFFIX.fullmatch(part)]
    if not rest:
        last, first = _words(last.split())
    else:
        first_words = _without_title(" ".join(rest).split())
        while len(first_words) > 1 and _SUFFIX.fullmatch(first_words[-1]):
            suffixes.append(first_words.pop())
        first = " ".join(first_words)
    return " ".join([last, *suffixes]), first


def _words(words: list[str]) -> tuple[str, str]:
    words = _without_title(words)
    suffixes: list[str] = []
    while len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffixes.insert(0, words.pop())
    if len(words) < 2:
        return "", " ".join(words)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join([*words[start:], *suffixes]), " ".join(words[:start])


def _without_title(words: list[str]) -> list[str]:
    return words[1:] if len(words) > 1 and _TITLE.fullmatch(words[0]) else words
