"""The forms of a page with what each field offers, and a plausible filling of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random


@dataclass
class Field:
    """One name in a form: its kind of control, what stands in it, what it offers."""

    kind: str
    current: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form: where it goes ("" is the page itself), how, and its fields by name."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def filled(self, rng: Random) -> dict[str, list[str]]:
        """What a person in a hurry might send: hidden fields as they stand, something in others."""
        return {name: _filling(name, one, rng) for name, one in self.fields.items()}


_PLAUSIBLE = {
    "date": ["2026-11-20", "2026-11-23", "2027-01-15"],
    "time": ["10:30", "16:45"],
    "number": ["1", "2", "6"],
    "email": ["somebody@example.org"],
    "password": ["a long enough password"],
}
_TEXTS = ["Northfield", "A1B2C3", "555-201-3344", "F33.2", "1", ""]


def _filling(name: str, one: Field, rng: Random) -> list[str]:
    if one.kind == "hidden":
        return one.current
    if one.kind in ("select", "radio"):
        offered = [option for option in one.options if option]
        return [rng.choice(offered)] if offered else one.current
    if one.kind == "checkbox":
        return [option for option in one.options if rng.random() < 0.3]
    if one.current and any(one.current):
        return one.current
    if name.endswith("_on") or name.endswith("_date"):
        return [rng.choice(_PLAUSIBLE["date"])]
    return [rng.choice(_PLAUSIBLE.get(one.kind, _TEXTS))]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form is None:
            return
        if tag in ("input", "button") and name:
            kind = given.get("type", "text" if tag == "input" else "submit")
            one = self.form.fields.setdefault(name, Field(kind))
            one.options.append(given.get("value", "on"))
            if kind not in ("checkbox", "radio", "file", "submit") or "checked" in given:
                one.current.append(given.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "select" and name:
            self.form.fields[name] = Field("select")
            self.select = name
        elif tag == "option" and self.select:
            self.form.fields[self.select].options.append(given.get("value", ""))
        elif tag == "textarea" and name:
            self.form.fields[name] = Field("textarea")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_on(html: str) -> list[Form]:
    """Every form of the page that has fields."""
    reader = _Reader()
    reader.feed(html)
    return [form for form in reader.forms if form.fields]
