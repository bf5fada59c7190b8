"""Every malformed request there is, at every page: `python -m tests.malformed`. Takes a while.

DATABASE_URL chooses the database. `python -m tests.malformed 2000` sends so many of each area.
"""

from __future__ import annotations

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["MALFORMED_REQUESTS"] = (sys.argv[1:] or ["0"])[0]
    sys.exit(pytest.main(["-q", "--tb=short", "tests/malformed/test_short.py"]))
