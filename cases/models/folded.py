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
