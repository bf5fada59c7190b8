"""How large a file may be before it is refused, so that a hostile one cannot stop the server."""

MAX_BYTES = 25_000_000
MAX_UNPACKED_BYTES = 200_000_000  # of an .xlsx, which is a zip file
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # what Excel itself can hold
