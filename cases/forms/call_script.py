"""The call script on the form of a call: each question with its answer and room for words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cases.models.contacts import SaidWhat
from cases.queries.script_answers import Known
from cases.workflow.answered import Answered
from priorauth.calls.script import Question, first_questions, further_topics, script

_WORDS_MAX = 300
_AMOUNT = forms.DecimalField(min_value=0, max_digits=9, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Given:
    """What a browser sent for one question; `amounts` are texts by key, those left empty too."""

    said: str = ""
    words: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was answered."""
        return bool(self.said or self.words or any(self.amounts.values()))


class ScriptWidget(forms.Widget):
    """The questions of the script, each with what answers it and room for words.

    Those that `earlier` settles are folded away, with their answers.
    """

    template_name = "desk/forms/script.html"
    use_fieldset = True
    earlier: Mapping[str, Known] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Given]:
        def typed(suffix: str) -> str:
            return (data.get(f"{name}_{suffix}") or "").strip()

        return {
            question.id: Given(
                typed(question.id),
                typed(f"{question.id}_words"),
                {key: typed(f"{question.id}_{key}") for key, _ in question.amounts},
            )
            for question in script()
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return f"{id_}_{script()[0].id}"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = value or {}

        def shown(questions: Sequence[Question]) -> list[dict[str, Any]]:
            return [
                {
                    "question": question,
                    "options": _options(question),
                    "given": (answer := given.get(question.id, Given())),
                    "amounts": [
                        (*each, answer.amounts.get(each[0], "")) for each in question.amounts
                    ],
                    "earlier": known.words if (known := self.earlier.get(question.id)) else "",
                }
                for question in questions
            ]

        def is_open(question: Question) -> bool:
            known = self.earlier.get(question.id)
            return known is None or not known.is_settled

        def is_begun(rows: Sequence[Mapping[str, Any]]) -> bool:
            return any(row["given"].is_begun for row in rows)

        topics = [
            (topic, shown([each for each in questions if is_open(each)]))
            for topic, questions in further_topics().items()
        ]
        settled = shown([each for each in script() if not is_open(each)])
        context["first"] = shown([each for each in first_questions() if is_open(each)])
        context["topics"] = [(topic, rows) for topic, rows in topics if rows]
        context["further"] = sum(len(rows) for _, rows in topics)
        context["is_begun"] = any(is_begun(rows) for _, rows in topics)
        context["settled"], context["is_settled_anew"] = settled, is_begun(settled)
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class ScriptField(forms.Field):
    """Answers to the script. Clean value: a list of Answered, questions not asked left out."""

    widget = ScriptWidget

    def clean(self, value: Any) -> list[Answered]:
        answers = (_answered(each, (value or {}).get(each.id, Given())) for each in script())
        return [each for each in answers if each is not None]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return any(given.is_begun for given in (data or {}).values())


def _options(question: Question) -> list[tuple[str, str]]:
    """What can be pressed; where words or amounts are the answer, only that it is unclear."""
    unclear = (SaidWhat.UNCLEAR.value, SaidWhat.UNCLEAR.label)
    if question.choices:
        return [*question.choices, unclear]
    yes_no = [(one.value, one.label) for one in (SaidWhat.SAID_YES, SaidWhat.SAID_NO)]
    return [*yes_no, unclear] if question.is_yes_or_no else [unclear]


def _answered(question: Question, given: Given) -> Answered | None:
    """The answer as the workflow takes it, None where nothing was asked.

    Raises ValidationError for what is no answer. A page opened before a question got its choices
    may still send yes or no.
    """
    said = given.said
    if said and said not in {*SaidWhat, *dict(question.choices)}:
        raise ValidationError(f"“{question.ask}” has an answer that is none of the choices.")
    if len(given.words) > _WORDS_MAX:
        raise ValidationError(
            f"The words beside “{question.ask}” are longer than {_WORDS_MAX} letters."
        )
    amounts = {
        key: _dollars(label, given.amounts[key])
        for key, label in question.amounts
        if given.amounts.get(key)
    }
    if said in dict(question.choices):
        return Answered(question.id, SaidWhat.TOLD, given.words, choice=said)
    if not said and (given.words or amounts):
        is_told = bool(amounts) or question.answer == "words"
        said = SaidWhat.TOLD if is_told else SaidWhat.UNCLEAR
    if not said or said == SaidWhat.NOT_ASKED:
        return None
    return Answered(question.id, SaidWhat(said), given.words, amounts=amounts)


def _dollars(label: str, typed: str) -> Decimal:
    try:
        return _AMOUNT.clean(typed.removeprefix("$").replace(",", ""))
    except ValidationError as wrong:
        raise ValidationError(f"{label}: write it such as 250.00.") from wrong
