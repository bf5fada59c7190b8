"""`manage.py write_docs` writes the generated pages."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from cases.management.commands.write_docs import PAGES


def said(folder: Path) -> str:
    out = StringIO()
    call_command("write_docs", folder=folder, stdout=out)
    return out.getvalue()


def test_it_writes_every_page_and_leaves_a_fresh_one_alone(tmp_path: Path) -> None:
    assert said(tmp_path) == "".join(f"{name}: written\n" for name in PAGES)
    assert said(tmp_path) == "".join(f"{name}: unchanged\n" for name in PAGES)
    for name in PAGES:
        (tmp_path / name).write_text("stale")
    assert said(tmp_path) == "".join(f"{name}: written\n" for name in PAGES)


def test_the_pages_in_the_repository_are_fresh() -> None:
    for name, page in PAGES.items():
        path = Path(settings.BASE_DIR) / "docs" / name
        assert path.read_text(encoding="utf-8") == page(), f"{name} is stale: run `make docs`"
