"""What becomes of a file that is too large to be taken: it is counted and thrown away.

Django's own second handler would write it to a folder of temporary files, and a clinic's
spreadsheet is patient data. With this one nothing uploaded touches the disk before a form has
looked at it; whoever asks for the file's size refuses it with a clear message.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class Discarded(FileUploadHandler):
    """Comes after MemoryFileUploadHandler, which takes everything up to its limit."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing."""

    def file_complete(self, file_size: int) -> Any:
        """An empty file that knows how large it was, in bytes."""
        return InMemoryUploadedFile(
            file=BytesIO(),
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
