"""The UPDATEs that every mail needs, said to the database with as little ado as it allows.

PostgreSQL is told each once and from then on only its values, past psycopg's cursors: these cost
more than the statement itself. There one can also be begun, and its end be waited for later.
Elsewhere, and inside a transaction, a statement is done at once and in the usual way.
"""

from __future__ import annotations

import selectors
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from cases.queries import prepared

_NO_SUCH_NAME = b"26000"


class MarkStatement:
    """One UPDATE with %s for each value: text, a number, aware instant, a day, a UUID or None."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._name = prepared.name_for(text)
        self._numbered = prepared.numbered(text).encode()

    def changed(self, *values: Any) -> bool:
        """Do it; whether it changed a row. Raises Django's database errors."""
        if prepared.is_plain():
            with connection.cursor() as cursor:
                cursor.execute(self.text, [_plain(value) for value in values])
                return bool(cursor.rowcount)
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if not prepared.is_told(self._name, self.text):
                return self._in_full(values)
            server = connection.connection.pgconn
            return self.read(server.exec_prepared(self._name.encode(), _told(values)), values)

    def begin(self, *values: Any) -> Begun | None:
        """Begin it and do not wait; None, and nothing begun, where that cannot be done.

        Until its end was waited for, the connection to the database can do nothing else.
        """
        if prepared.is_plain():
            return None
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if not prepared.is_told(self._name, self.text):
                return None
            server = connection.connection.pgconn
            server.send_query_prepared(self._name.encode(), _told(values))
            while server.flush():
                _wait(server, selectors.EVENT_READ | selectors.EVENT_WRITE)
                server.consume_input()
            return Begun(self, values, server)

    def read(self, result: Any, values: Sequence[Any]) -> bool:
        """What came of it by name; done in full when the name was forgotten.

        A pool between us and the database may give each statement another connection there.
        """
        from psycopg.pq import DiagnosticField

        if result.error_field(DiagnosticField.SQLSTATE) == _NO_SUCH_NAME:
            prepared.forget(self._name)
            return self._in_full(values)
        return _rows(result)

    def _in_full(self, values: Sequence[Any]) -> bool:
        return _rows(connection.connection.pgconn.exec_params(self._numbered, _told(values)))


class Begun:
    """`statement` under way over the connection `server`."""

    def __init__(self, statement: MarkStatement, values: Sequence[Any], server: Any) -> None:
        self._statement, self._values, self._server = statement, values, server

    def changed(self) -> bool:
        """Wait for its end; whether it changed a row. Raises Django's database errors."""
        server = self._server
        with connection.wrap_database_errors:
            server.consume_input()
            while server.is_busy():
                _wait(server, selectors.EVENT_READ)
                server.consume_input()
            result = server.get_result()
            while server.get_result() is not None:
                pass
            return self._statement.read(result, self._values)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if hasattr(value, "hex") and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _told(values: Sequence[Any]) -> list[bytes | None]:
    return [None if value is None else str(value).encode() for value in values]


def _rows(result: Any) -> bool:
    from psycopg import OperationalError
    from psycopg.errors import error_from_result
    from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

    if result.status != ExecStatus.COMMAND_OK:
        error = error_from_result(result)
        is_cut = connection.connection.pgconn.status == ConnStatus.BAD
        # What libpq itself says of a lost connection has no SQLSTATE: a bare DatabaseError.
        if is_cut or result.error_field(DiagnosticField.SQLSTATE) is None:
            raise OperationalError(str(error)) from error
        raise error
    return bool(result.command_tuples)


def _wait(server: Any, events: int) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(server.socket, events)
        selector.select()
