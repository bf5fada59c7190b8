"""Names that a clinic's own texts may leave open in braces, and which of them tell of a patient.

>>> refusal("This is {clinic}, case {case_number}.", for_mail=True)
''
>>> fill("Member {member_id}", {"member_id": "XJ100200"})
'Member XJ100200'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

SAFE: Mapping[str, str] = {
    "case_number": "the case number",
    "clinic": "the clinic's name",
    "clinic_phone": "the clinic's phone",
    "clinic_fax": "the clinic's fax",
    "today": "the day it is used",
}
"""What may stand in a mail: nothing of it tells of a patient."""

PRIVATE: Mapping[str, str] = {
    "patient": "the patient's name",
    "born": "the patient's date of birth",
    "member_id": "the member ID",
    "group_number": "the group number",
    "payer": "the payer",
    "plan": "the plan",
    "codes": "the codes with their units",
    "diagnoses": "the diagnosis codes",
    "clinician": "the requesting clinician",
    "confirmation": "the payer's last confirmation number",
    "authorization": "the authorization number",
}
"""What stays on signed-in pages and in what is read or faxed to the payer."""

_NAME = re.compile(r"\{([a-z_]+)\}")


def refusal(text: str, *, for_mail: bool) -> str:
    """What is wrong with the open names in `text`, in a sentence; "" when nothing is.

    `for_mail`: only names that tell of no patient may stand in it.
    """
    known = {**SAFE, **PRIVATE}
    if rest := re.search(r"[{}]", _NAME.sub("", text)):
        return (
            f"A {rest.group()} stands alone. Write an open name as {{case_number}}, in small "
            "letters, and use braces for nothing else."
        )
    for name in _NAME.findall(text):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {{{near[0]}}}?" if near else f"Known are {say_names(for_mail)}."
            return f"{{{name}}} is no name that can be filled in. {hint}"
        if for_mail and name in PRIVATE:
            return (
                f"{{{name}}} tells of a patient, and a mail can be read on its way. Leave it out; "
                f"in a mail may stand {say_names(True)}."
            )
    return ""


def say_names(for_mail: bool) -> str:
    """The names that may be used, as they are written: "{case_number}, {clinic}"."""
    names = SAFE if for_mail else {**SAFE, **PRIVATE}
    return ", ".join(f"{{{name}}}" for name in names)


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its open names filled; what is not on file is said so in brackets."""
    return _NAME.sub(lambda name: values.get(name[1]) or f"[{_words(name[1])} not on file]", text)


def _words(name: str) -> str:
    return SAFE.get(name) or PRIVATE.get(name) or name
