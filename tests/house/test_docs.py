"""What the documents promise is there."""

from __future__ import annotations

import re

from tests.house.tracked import ROOT, files, texts

PAGES = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/running.md")
READERS = "text|flag|whole_number|words|choice|database|origin|mail|mailbox|folder|secret_key"


def test_every_variable_that_is_read_is_explained() -> None:
    read: set[str] = set()
    for path in (ROOT / "config").glob("*.py"):
        text = path.read_text()
        read |= set(re.findall(rf"env\.(?:{READERS})\(\s*\"([A-Z_]+)\"", text))
        read |= set(re.findall(r"os\.environ\.get\(\"([A-Z_]+)\"\)", text))
    assert {"SECRET_KEY", "DATABASE_URL", "WEB_THREADS", "TICK_SECONDS"} <= read
    explained = "\n".join(text for name, text in texts() if name.startswith("docs/"))
    assert [name for name in sorted(read) if f"`{name}`" not in explained] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    known = {path.relative_to(ROOT).as_posix() for path in files()}
    folders = {name.rpartition("/")[0] for name in known}
    lost = []
    for page, text in texts():
        if not page.endswith(".md"):
            continue
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" in target or target.startswith("mailto:"):
                continue
            found = (ROOT / page).parent.joinpath(target).resolve()
            name = found.relative_to(ROOT).as_posix()
            if name not in known and name not in folders:
                lost.append(f"{page}: {target}")
    assert lost == []


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    for page in PAGES:
        if (ROOT / page).exists():
            used = set(
                re.findall(r"(?m)(?:`|^ {4}|[A-Z_]+=\S+ )make ([a-z]+)", (ROOT / page).read_text())
            )
            assert used <= targets, page


def test_every_command_in_the_documents_exists() -> None:
    commands = {path.stem for path in (ROOT / "cases/management/commands").glob("[a-z]*.py")}
    commands |= {"migrate", "check", "collectstatic", "createsuperuser", "makemigrations", "shell"}
    commands.add("changepassword")
    for page, text in texts():
        if page.endswith(".md"):
            used = set(re.findall(r"manage\.py ([a-z0-9_]+)", text))
            assert used <= commands, page
