"""Adjacent rows of one case stand as one block of the worklist."""

from cases.desk.worklist_rows import name_once


def test_the_second_line_of_a_case_does_not_name_its_patient_again():
    assert name_once(["PA-1", "PA-1", "PA-2"]) == [False, True, False]


def test_a_case_that_comes_back_further_down_is_named_again():
    assert name_once(["PA-1", "PA-2", "PA-1"]) == [False, False, False]


def test_a_group_without_rows_stays_empty():
    assert name_once([]) == []
