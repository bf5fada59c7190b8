"""What a page may ask of the database: nothing that grows with what a clinic has on file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def assert_bounded(queries: Iterable[Mapping[str, str]]) -> None:
    """No page is found by counting rows off, and nothing is counted without an end."""
    for query in queries:
        sql = query["sql"].upper()
        assert " OFFSET " not in sql, sql
        if " GROUP BY " in sql:  # counts for each of a few keys, of one case; or of limited rows
            is_limited = sql.count("LIMIT ") >= sql.count('FROM "CASES_')
            assert '_ID" IN (' in sql or is_limited, sql
        else:
            assert sql.count("COUNT(") <= sql.count("LIMIT "), sql
