"""The questions of an insurer call."""

from priorauth.calls.script import first_questions, further_topics, question, script


def test_the_three_questions_of_the_source_guides_come_first():
    assert [each.id for each in script()[:3]] == [
        "covered_for_diagnosis",
        "criteria",
        "prior_authorization_needed",
    ]
    assert first_questions() == script()[:3]


def test_every_question_has_an_id_of_its_own_that_the_column_can_hold():
    ids = [each.id for each in script()]
    assert len(set(ids)) == len(ids)
    assert all(len(id) <= 40 for id in ids)


def test_first_and_further_questions_together_are_the_whole_script():
    further = [each for topic in further_topics().values() for each in topic]
    assert {*first_questions(), *further} == set(script())
    assert len(first_questions()) + len(further) == len(script())


def test_a_question_is_answered_with_yes_or_no_when_it_asks_so_and_only_then():
    openers = ("Is ", "Are ", "Does ", "Do ", "Can ", "May ", "Will ")
    wrong = [each.ask for each in script() if each.is_yes_or_no != each.ask.startswith(openers)]
    assert wrong == []


def test_every_answer_can_be_told_as_a_fact_of_its_own():
    facts = [each.fact for each in script()]
    assert len(set(facts)) == len(facts)
    assert all(fact and not fact.endswith((".", "?")) for fact in facts)


def test_choices_fit_their_column():
    keys = [key for each in script() for key, _ in each.choices]
    assert keys == ["medical", "mental_health", "pharmacy"]


def test_an_id_that_left_the_script_is_answered_with_none():
    assert question("no_such_question") is None
    assert question("self_funded").topic == "The plan"
