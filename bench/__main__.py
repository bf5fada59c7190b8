"""`make bench`: the desk's pages on a made-up clinic in a database of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Never the clinic's own data: without a DATABASE_URL a file of its own is used.
os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "var" / "bench"))
if not sys.argv[1:]:
    sys.argv += ["--seed", "2000"]

from bench.desk import main

main()
