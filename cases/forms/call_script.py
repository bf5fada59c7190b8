"""The call script on the form of a call: each question with its answer and room for words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cases.models.contacts import SaidWhat
from cases.queries.script_answers import Known
from cases.workflow.calls import Answered
from priorauth.calls.script import Question, first_questions, further_topics, script

_WORDS_MAX = 300


class ScriptWidget(forms.Widget):
    """The questions of the script, each with yes, no, unclear and room for words.

    Those that `earlier` settles are folded away, with their answers.
    """

    template_name = "desk/forms/script.html"
    use_fieldset = True
    earlier: Mapping[str, Known] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, tuple[str, str]]:
        return {
            question.id: (
                data.get(f"{name}_{question.id}") or "",
                (data.get(f"{name}_{question.id}_words") or "").strip(),
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
                    "answer": given.get(question.id, ("", ""))[0],
                    "words": given.get(question.id, ("", ""))[1],
                    "earlier": known.words if (known := self.earlier.get(question.id)) else "",
                }
                for question in questions
            ]

        def is_open(question: Question) -> bool:
            known = self.earlier.get(question.id)
            return known is None or not known.is_settled

        def is_begun(rows: Sequence[Mapping[str, Any]]) -> bool:
            return any(row["answer"] or row["words"] for row in rows)

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
        context["answers"] = [pair for pair in SaidWhat.choices() if pair[0] != SaidWhat.NOT_ASKED]
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class ScriptField(forms.Field):
    """Answers to the script. Clean value: a list of Answered, questions not asked left out."""

    widget = ScriptWidget

    def clean(self, value: Any) -> list[Answered]:
        answers = []
        for question in script():
            said, words = (value or {}).get(question.id, ("", ""))
            if said and said not in set(SaidWhat):
                raise ValidationError(
                    f"“{question.ask}” has an answer that is none of the choices."
                )
            if len(words) > _WORDS_MAX:
                raise ValidationError(
                    f"The words beside “{question.ask}” are longer than {_WORDS_MAX} letters."
                )
            if words and not said:
                said = SaidWhat.UNCLEAR
            if said and said != SaidWhat.NOT_ASKED:
                answers.append(Answered(question.id, SaidWhat(said), words))
        return answers

    def has_changed(self, initial: Any, data: Any) -> bool:
        return any(any(pair) for pair in (data or {}).values())
