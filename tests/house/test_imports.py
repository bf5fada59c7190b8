"""The import contracts of pyproject.toml hold, and they can break."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.tracked import ROOT

LINT = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the packages of a folder."""
    return subprocess.run(
        [str(LINT), "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
    )


def test_every_contract_is_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_name_what_breaks_them(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for name, text in {
        "config/__init__.py": "",
        "priorauth/__init__.py": "",
        "priorauth/terms.py": "import django\nfrom priorauth import errors\n",
        "priorauth/errors.py": "from priorauth import terms\n",
        "priorauth/lifecycle.py": "",
        "priorauth/deadlines.py": "from priorauth import lifecycle\n",
        "cases/__init__.py": "",
        "cases/checks.py": "import config\n",
        "cases/models.py": "from cases import workflow\n",
        "cases/workflow.py": "import reportlab\n",
        "cases/surprise.py": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    said = lint(tmp_path).stdout
    for sentence in (
        "The domain knows no framework, no database, no screen BROKEN",
        "Only the page-makers know ReportLab BROKEN",
        "Floors of the domain BROKEN",
        "Floors of the app BROKEN",
        "Wiring is imported by nobody BROKEN",
        "No circles in the domain and the app BROKEN",
    ):
        assert sentence in said
    assert "surprise" in said  # a folder without a floor is named
