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


def test_every_question_can_be_answered_with_yes_or_no():
    openers = ("Is ", "Are ", "Does ", "Do ", "Can ", "May ", "Will ", "Which criteria")
    assert [each.ask for each in script() if not each.ask.startswith(openers)] == []


def test_an_id_that_left_the_script_is_answered_with_none():
    assert question("no_such_question") is None
    assert question("self_funded").topic == "The plan"
