"""Search boxes of lists: by the beginning of a name, by a whole number, always along an index."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from cases.models.folded import fold

_LAST = "z" * 40
"""Behind every folded name that begins alike, in any database's order of letters."""


class FindsByNameOrNumber:
    """Each word typed must begin one of `names`, or be the whole of one of `numbers`.

    `names` are folded columns; `starts` are plain ones, compared without capitals;
    `folded_numbers` are found whatever blanks and marks are typed in them.
    """

    names: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    folded_numbers: tuple[str, ...] = ()
    search_fields: tuple[str, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Django shows a search box where this is not empty.
        cls.search_fields = (*cls.names, *cls.starts, *cls.numbers, *cls.folded_numbers)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        every = Q()
        for word in search_term.split()[:8]:
            every &= self._beginning(word) | self._whole(word)
        if " " in search_term.strip():
            every |= self._folded(search_term)
        return queryset.filter(every), False

    def _beginning(self, word: str) -> Q:
        found = Q(pk__in=[])
        start = fold(word)
        if start:
            for name in self.names:
                found |= Q(**{f"{name}__gte": start, f"{name}__lte": start + _LAST})
        for column in self.starts:
            found |= Q(**{f"{column}__istartswith": word})
        return found

    def _whole(self, word: str) -> Q:
        written = list(dict.fromkeys([word, word.upper(), word.lower()]))
        found = Q(pk__in=[])
        for column in self.numbers:
            found |= Q(**{f"{column}__in": written})
        return found | self._folded(word)

    def _folded(self, text: str) -> Q:
        found, folded = Q(pk__in=[]), fold(text)
        for column in self.folded_numbers if folded else ():
            found |= Q(**{column: folded})
        return found
