"""Lists that cost the same whatever their length: counted to a thousand, paged no further."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db import DataError
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.views import ChangeList

COUNT_LIMIT = 1000  # rows


class CappedPaginator(Paginator):
    """Counts at most COUNT_LIMIT rows, so neither the count nor the last page's offset grows."""

    template_name = "admin/capped_pagination.html"

    @cached_property
    def _found(self) -> int:
        rows = self.object_list
        if hasattr(rows, "order_by"):
            return rows.order_by()[: COUNT_LIMIT + 1].count()
        return len(rows)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than the pages reach."""
        return self._found > COUNT_LIMIT

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNT_LIMIT)


class CappedChangeList(ChangeList):
    """A list that says "1,000+" and asks for a narrower search instead of counting on."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_results(self, request: HttpRequest) -> Any:
        try:
            super().get_results(request)
        except (OverflowError, DataError) as error:
            # A number in the address that no column can hold: no row has it.
            raise IncorrectLookupParameters(error) from error
        if not self.query and not self.has_active_filters:
            # Nothing is narrowed down: the header needs no link to the whole list.
            self.full_result_count = self.result_count
