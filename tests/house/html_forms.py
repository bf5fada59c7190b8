"""What a browser would send from a page: its form's fields as they stand."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self.offered: dict[str, dict[str, list[str]]] = {}
        self.form: dict[str, list[str]] | None = None
        self.offers: dict[str, list[str]] = {}
        self.select = self.textarea = ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.form = self.forms.setdefault(given.get("id", ""), {})
            self.offers = self.offered.setdefault(given.get("id", ""), {})
        if self.form is None:
            return
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self.select = name
            self.form.setdefault(name, [])
            self.offers[name] = []
        elif tag == "option" and self.select:
            self.offers[self.select].append(given.get("value", ""))
            if "selected" in given:
                self.form[self.select].append(given.get("value", ""))
        elif tag == "textarea":
            self.textarea, self.text = name, []

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self.form is not None
        if given.get("type") in ("checkbox", "radio") and "checked" not in given:
            return
        if given.get("type") in ("submit", "button", "file"):
            return
        ticked = "on" if given.get("type") in ("checkbox", "radio") else ""
        self.form.setdefault(name, []).append(given.get("value", ticked))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.textarea:
            assert self.form is not None
            self.form[self.textarea] = ["".join(self.text).removeprefix("\n")]
            self.textarea = ""


def form_in(html: str, form_id: str) -> dict[str, list[str]]:
    """The fields of the form with this id, without the rows that only scripts fill in."""
    reader = _Forms()
    reader.feed(html)
    assert form_id in reader.forms, f"no form {form_id!r} among {list(reader.forms)}"
    return {
        name: values for name, values in reader.forms[form_id].items() if "__prefix__" not in name
    }


def forms_that_choose_rows(html: str) -> list[tuple[dict[str, list[str]], dict[str, list[str]]]]:
    """Each form of a page, and its fields that choose among rows by key with what they offer."""
    reader = _Forms()
    reader.feed(html)
    found = []
    for form_id, fields in reader.forms.items():
        offered = {
            name: values
            for name, values in reader.offered[form_id].items()
            if name and any(_is_key(value) for value in values)
        }
        hidden = {
            name: values
            for name, values in fields.items()
            if name not in offered and len(values) == 1 and _is_key(values[0])
        }
        found.append((fields, {**offered, **hidden}))
    return found


def _is_key(value: str) -> bool:
    return value.isdecimal() and int(value) > 1000
