"""What a person's hands did on a page, as the browser saw it, and what that costs.

The counting rule. An **interaction** is one press of the pointer, one key chord, or one field
filled:

- The press, or the Tab, right before a field's first letter is the way into the field and belongs
  to it. Typing, erasing and pasting belong to the field; Enter, Tab and Escape do not. Whoever
  comes back to a field fills it anew.
- A choice from a browser's own list of options is the filling of that field, with one press more
  for the choice.
- What the server or a script filled in costs nothing: nobody touched it.
- Looking, scrolling and waiting cost nothing.

Only events that the browser itself calls trusted are kept, so nothing that a script does on the
page is counted, and a press counts where it went down: the second click that a label passes on to
its box is none. They are kept in the tab's own storage, which outlives a page.

The time of an expert who makes no mistake, by the keystroke-level model (Card, Moran and Newell,
1980), with the figures of this house: 1.1 s for a press, 0.28 s for a key (a capital is two), and
1.35 s for each decision. Every interaction is a decision but two, which the one before it has
settled: the Enter that ends a field, and the filling of the field to which a key has led.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PRESS, KEY, DECISION = 1.1, 0.28, 1.35  # seconds

KEPT = "hands"
LISTENER = """
(() => {
  const isTyped = (element) => element instanceof HTMLElement && element.matches(
    "textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
  const fieldOf = (target) => {
    const label = target instanceof Element && target.closest("label");
    const element = label && label.control || target;
    return isTyped(element) ? element.id || element.name || "field" : "";
  };
  const keep = (kind, event, more) => {
    if (!event.isTrusted) return;
    const kept = JSON.parse(sessionStorage.getItem("KEPT") || "[]");
    kept.push({ kind, field: fieldOf(event.target), ...more });
    sessionStorage.setItem("KEPT", JSON.stringify(kept));
  };
  addEventListener("pointerdown", (event) => keep("press", event, {
    on: (event.target.closest("a, button, label, summary") || event.target).textContent.trim(),
  }), true);
  addEventListener("keydown", (event) => keep("key", event, {
    key: event.key,
    held: ["Control", "Alt", "Meta"].filter((name) => event.getModifierState(name)),
  }), true);
  addEventListener("change", (event) => {
    if (fieldOf(event.target)) keep("change", event, { long: event.target.value.length });
  }, true);
})();
""".replace("KEPT", KEPT)

_MODIFIERS = ("Shift", "Control", "Alt", "Meta")
_LEAVING = ("Enter", "Tab", "Escape")
_SHIFTED = '~!@#$%^&*()_+{}|:"<>?'


@dataclass(slots=True)
class Interaction:
    """One thing done. `field` is the field it fills, `into` the one it only leads into."""

    what: str
    field: str = ""
    into: str = ""
    presses: int = 0
    keys: int = 0
    is_foreseen: bool = False

    @property
    def seconds(self) -> float:
        decided = 0 if self.is_foreseen else DECISION
        return PRESS * self.presses + KEY * self.keys + decided


@dataclass(frozen=True, slots=True)
class Effort:
    """All that was done, in order."""

    done: tuple[Interaction, ...]

    @property
    def interactions(self) -> int:
        return len(self.done)

    @property
    def seconds(self) -> float:
        return sum(each.seconds for each in self.done)

    def __str__(self) -> str:
        rows = [f"{n:3}  {each.seconds:5.2f} s  {each.what}" for n, each in enumerate(self.done, 1)]
        return "\n".join([*rows, f"{self.interactions} interactions, {self.seconds:.1f} s"])


def effort(events: Iterable[Mapping[str, Any]]) -> Effort:
    """The interactions in the events that the listener kept, by the rule above."""
    done: list[Interaction] = []
    for event in events:
        if event["kind"] == "press":
            what = f"press {' '.join(event['on'].split())[:50]!r}"
            done.append(Interaction(what, into=event["field"], presses=1))
        elif event["kind"] == "change":
            _changed(done, event["field"], event["long"])
        elif event["key"] not in _MODIFIERS:
            _key(done, event["key"], event["held"], event["field"])
    return Effort(tuple(done))


def _key(done: list[Interaction], key: str, held: list[str], field: str) -> None:
    keys = 1 + len(held) + (len(key) == 1 and (key.isupper() or key in _SHIFTED))
    if field and key not in _LEAVING:
        _filling(done, field).keys += keys
        return
    ends_a_field = bool(key == "Enter" and done and done[-1].field)
    chord = "+".join([*held, key])
    done.append(Interaction(f"key {chord}", keys=keys, is_foreseen=ends_a_field))


def _changed(done: list[Interaction], field: str, long: int) -> None:
    """A field that changed without a key: chosen from the browser's list, or put in whole."""
    if any(each.field == field and each.keys for each in done[-2:]):
        return  # the browser tells of what was typed only once the field is left
    filling = _filling(done, field)
    filling.presses += 1
    filling.keys += 0 if filling.presses > 1 else long


def _filling(done: list[Interaction], field: str) -> Interaction:
    """The filling that goes on, or begins, in `field`."""
    last = done[-1] if done else Interaction("nothing yet")
    if field in (last.field, last.into) or last.what == "key Tab":
        filling = last
    else:
        filling = Interaction("", is_foreseen=last.what.startswith("key "))
        done.append(filling)
    filling.what, filling.field, filling.into = f"fill {field}", field, ""
    return filling
