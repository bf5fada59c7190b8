"""Names as they are looked for: without accents, capitals, blanks and marks."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models

# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(text: str) -> str:
    """`text` in a-z and 0-9 only: "O'Brien" and "obrien", "Müller" and "muller" are the same.

    A letter of another script stands as its number, so that any name can be found as it is
    written, and every database sorts the result alike.
    """
    letters = []
    for letter in unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)):
        if letter.isascii():
            letters.append(letter if letter.isalnum() else "")
        elif letter.isalpha() or letter.isdigit():
            letters.append(f"{ord(letter):x}")
    return "".join(letters)


_BEHIND_A_NAME = frozenset({"jr", "sr", "ii", "iii", "iv"})


def fold_last_part(text: str) -> str | None:
    """The last part of a name of several, folded: "brien" of "O'Brien", "lee" of "Smith-Lee".

    A part begins behind a blank or a mark, or with a capital behind a small letter ("McDonald").
    None for a name of one part; "Jr." and its like are no part.
    """
    parts, before = [""], ""
    for letter in text:
        is_mark = not letter.isalnum() and not unicodedata.combining(letter)
        if is_mark or (letter.isupper() and before.islower()):
            parts.append("")
        parts[-1] += letter
        before = letter
    found = [folded for part in parts if (folded := fold(part)) and folded not in _BEHIND_A_NAME]
    return found[-1] if len(found) > 1 else None


class FoldedField(models.CharField):
    """A column kept equal to another column's folded text, in single and in bulk writes."""

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        self.of = of
        options.setdefault("max_length", 200)
        super().__init__(*args, **{**options, "editable": False, "blank": True, "default": ""})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        folded = fold(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, folded)
        return folded


class LastPartField(models.CharField):
    """A column kept equal to the folded last part of another column; empty for one part alone.

    NULL and not "": its index holds only the names of several parts.
    """

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        self.of = of
        options.setdefault("max_length", 200)
        super().__init__(*args, **{**options, "editable": False, "blank": True, "null": True})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        part = fold_last_part(getattr(model_instance, self.of))
        part = part and part[: self.max_length]
        setattr(model_instance, self.attname, part)
        return part
