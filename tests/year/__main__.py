"""A year of 200 patients: `python -m tests.year` (`python -m tests.year 50` for 50).

DATABASE_URL chooses the database, YEAR_SEED another year.
"""

from __future__ import annotations

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["YEAR_PATIENTS"] = (sys.argv[1:] or ["200"])[0]
    only = "test_in_a_simulated_year_nothing_lapses_unseen"
    sys.exit(pytest.main(["-q", "-s", "--tb=short", "tests/year/test_short.py", "-k", only]))
