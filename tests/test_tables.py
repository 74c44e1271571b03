"""Printed columns."""

import re

import numpy as np
import pytest

from course_lib import print_table


def printed(capsys, *arguments):
    print_table(*arguments)
    return capsys.readouterr().out.splitlines()


def test_numbers_stand_right_and_words_left(capsys):
    rows = zip(["a", "long word"], [1, 1000], [0.5, 1 / 3], strict=True)
    assert printed(capsys, rows, "name", "t", "f:.2f") == [
        "name          t     f",
        "a             1  0.50",
        "long word  1000  0.33",
    ]


def test_without_a_format_a_fraction_has_four_digits(capsys):
    rows = np.array([[2 / 3, 123456.0, 1e-9, np.nan]]).T
    assert [line.strip() for line in printed(capsys, rows, "x")] == [
        "x", "0.6667", "1.235e5", "1.000e-9", "nan",
    ]  # fmt: skip


def test_words_in_a_column_of_numbers_and_truth(capsys):
    rows = [(1, True), (None, False)]
    assert printed(capsys, rows, "t", "same") == ["   t  same", "   1  True", "None  False"]


def test_no_rows_leave_the_names(capsys):
    assert printed(capsys, [], "t", "f") == ["t  f"]


@pytest.mark.parametrize("row", [(1,), (1, 2, 3), 1, "ab"])
def test_a_row_of_another_length_is_refused_in_words(row):
    with pytest.raises(ValueError, match="a row must have 2 values, one for each of t, f, got"):
        print_table([row], "t", "f")


def test_a_format_that_does_not_exist_is_refused_in_words():
    rule = "the format of a column must be one of Python's, got .2q. For example lr:.2f."
    with pytest.raises(ValueError, match=re.escape(rule)):
        print_table([(1.5,)], "lr:.2q")
