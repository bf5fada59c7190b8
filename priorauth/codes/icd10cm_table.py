"""One ICD-10-CM set as a sorted text file, read in place and never loaded.

The file is UTF-8. Lines that begin with # say which set it is; then one line a code, sorted by
code: the code without its dot, 1 when it may be billed and 0 when it needs more characters, and
the official title, with tabs between. Last, lines that begin with ~ name each word of the titles
with the pieces of the file that hold it, as a hexadecimal bit set; a piece is 64 KB.
The file is mapped into memory and searched by halving, so a web process pays neither the two
seconds nor the 190 MB that a parsed tabular list costs.
"""

from __future__ import annotations

import mmap
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from pathlib import Path

_PIECE = 1 << 16
_WORD = "~"
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `code` has no dot."""

    code: str
    is_billable: bool
    title: str


class Icd10Table:
    """One set on file. `valid_from` and `valid_through` are dates of service, both included."""

    def __init__(self, path: Path) -> None:
        """Reads the heading only. Raises ValueError when the file is not such a table."""
        self.path = path
        with path.open("rb") as file:
            heading = dict(_heading(file))
        try:
            self.name = heading["set"]
            self.valid_from = date.fromisoformat(heading["from"])
            self.valid_through = date.fromisoformat(heading["through"])
        except (KeyError, ValueError) as problem:
            raise ValueError(f"{path.name} is not an ICD-10-CM table: {problem}") from problem
        self._mapped: mmap.mmap | None = None
        self._remembered: dict[str, Entry | None] = {}

    def covers(self, on: date) -> bool:
        """Whether the set is the one for that date of service."""
        return self.valid_from <= on <= self.valid_through

    def find(self, code: str) -> Entry | None:
        """The entry of a code without dot, upper case."""
        if code in self._remembered:
            return self._remembered[code]
        entry = next(self.beginning_with(code), None)
        if entry is not None and entry.code != code:
            entry = None
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        self._remembered[code] = entry
        return entry

    def beginning_with(self, prefix: str) -> Iterator[Entry]:
        """All entries whose code begins so, in order of code."""
        return map(_entry, self._lines_from(prefix))

    def search(self, words: list[str]) -> Iterator[Entry]:
        """Entries whose title has, for every word, a word that begins with it; in order of code.

        Neither case nor accents matter. Only pieces that hold all the words are read.
        """
        words = [folded(word) for word in words if word]
        holders = {word: self._pieces_with(word) for word in words}
        if not holders:
            return
        rarest = min(holders, key=lambda word: holders[word].bit_count())
        begins = re.compile("".join(rf"(?=.*(?<![^\W_]){re.escape(word)})" for word in words))
        wanted = reduce(and_, holders.values())
        for number in range(wanted.bit_length()):
            if wanted >> number & 1:
                for line, plain in _lines_with(self._piece(number), rarest):
                    if begins.match(plain.split("\t", 2)[2]):
                        yield _entry(line)

    def __iter__(self) -> Iterator[Entry]:
        return self.beginning_with("")

    def _data(self) -> mmap.mmap:
        if self._mapped is None:
            with self.path.open("rb") as file:
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._mapped

    def _first_at_or_after(self, wanted: bytes) -> int:
        """Where the first line not below `wanted` begins. # sorts before every letter."""
        data = self._data()
        wanted = wanted or b"$"
        low, high = 0, len(data)
        while low < high:
            middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = data.find(b"\n", middle) + 1 or len(data)
            if data[middle:end].split(b"\t", 1)[0] < wanted:
                low = end
            else:
                high = middle
        return low

    def _lines_from(self, prefix: str) -> Iterator[str]:
        data, wanted = self._data(), prefix.encode()
        at = self._first_at_or_after(wanted)
        while at < len(data) and data[at : at + len(wanted)] == wanted:
            end = data.find(b"\n", at)
            line = data[at:end].decode()
            if line.startswith(_WORD) and not prefix:
                return
            yield line
            at = end + 1

    def _pieces_with(self, word: str) -> int:
        """Bit set of the pieces that hold a word beginning so."""
        lines = self._lines_from(_WORD + word)
        return reduce(or_, (int(line.rpartition("\t")[2], 16) for line in lines), 0)

    def _piece(self, number: int) -> str:
        """The lines that begin in piece `number`."""
        data = self._data()
        start = data.find(b"\n", number * _PIECE - 1) + 1 if number else 0
        end = data.find(b"\n", (number + 1) * _PIECE - 1) + 1 or len(data)
        return data[start:end].decode()


def write_table(
    path: Path,
    entries: Iterable[Entry],
    *,
    name: str,
    valid_from: date,
    valid_through: date,
    source: str,
) -> int:
    """Writes a set, all of it or nothing, and gives the number of billable codes.

    Raises ValueError when there is nothing to write or two entries of one code differ.
    """
    by_code: dict[str, Entry] = {}
    for entry in entries:
        if by_code.setdefault(entry.code, entry) != entry:
            raise ValueError(f"{entry.code} stands twice in the source, with different content.")
    if not by_code:
        raise ValueError("The source holds no code.")
    heading = {
        "set": name,
        "from": valid_from.isoformat(),
        "through": valid_through.isoformat(),
        "source": source,
    }
    descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    try:
        with open(descriptor, "wb") as file:
            file.writelines(f"#{key}\t{value}\n".encode() for key, value in heading.items())
            pieces: dict[str, int] = {}
            for code in sorted(by_code):
                title = " ".join(by_code[code].title.split())
                for word in re.findall(r"[^\W_]+", folded(title)):
                    pieces[word] = pieces.get(word, 0) | 1 << file.tell() // _PIECE
                file.write(f"{code}\t{int(by_code[code].is_billable)}\t{title}\n".encode())
            file.writelines(
                f"{_WORD}{word}\t{pieces[word]:x}\n".encode() for word in sorted(pieces)
            )
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return sum(entry.is_billable for entry in by_code.values())


def _heading(file: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for line in file:
        if not line.startswith(b"#"):
            return
        key, _, value = line[1:].decode("utf-8", "replace").strip().partition("\t")
        yield key, value


def folded(text: str) -> str:
    """Lower case without accents, of the same length: Sézary, sezary."""
    if text.isascii():
        return text.lower()
    # A replace for each of the few accented letters: translate would take ten times as long.
    for letter in set(re.findall(r"[^\x00-\x7f]", text)):
        text = text.replace(letter, unicodedata.normalize("NFKD", letter.lower())[0])
    return text.lower()


def _entry(line: str) -> Entry:
    code, billable, title = line.split("\t", 2)
    return Entry(code, billable == "1", title)


def _lines_with(piece: str, word: str) -> Iterator[tuple[str, str]]:
    """Each line that holds the word, once, as it is and folded."""
    plain = folded(piece)
    at = plain.find(word)
    while at >= 0:
        start, end = plain.rfind("\n", 0, at) + 1, plain.find("\n", at)
        if plain[start] not in "#~":
            yield piece[start:end], plain[start:end]
        at = plain.find(word, end)
