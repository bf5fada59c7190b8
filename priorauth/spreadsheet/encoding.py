"""From bytes to text: UTF-8, UTF-16 or Windows-1252, with or without a byte order mark."""

from __future__ import annotations

import codecs

from priorauth.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What cannot stand in a text file: control characters other than tab, line breaks, end-of-file.
_BINARY = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x00\x1a")


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding, NULs taken out.

    Raises UnreadableFile when no encoding fits or when it is no text.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as problem:
            failed = problem
            continue
        text = text.replace("\x00", "")
        head = text[:4096]
        if sum(letter in _BINARY for letter in head) > len(head) // 100:
            raise UnreadableFile(
                "This is not a table: save the spreadsheet as .xlsx or as CSV and choose that file."
            )
        return text, encoding
    row = data.count(b"\n", 0, failed.start) + 1
    raise UnreadableFile(
        f"Line {row} holds characters that cannot be read. In the spreadsheet program choose "
        "'Save as' and 'CSV UTF-8', then choose the new file."
    )


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    head = data[:4096]
    if len(head) > 3:
        # Latin letters in UTF-16 have a zero byte each, before or after.
        if head[1::2].count(0) > len(head) // 5:
            return ["utf-16-le"]
        if head[0::2].count(0) > len(head) // 5:
            return ["utf-16-be"]
    return ["utf-8", "cp1252"]
