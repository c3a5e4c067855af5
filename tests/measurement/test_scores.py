"""The matrix of scores, and what is no such matrix."""

from __future__ import annotations

import numpy as np
import pytest

from competency_engine.measurement.scores import complete_rows, score_matrix


def test_one_highest_score_serves_all_items() -> None:
    matrix, highest = score_matrix([[2, 0], [-1, 1]], 2)

    assert matrix.tolist() == [[2, 0], [-1, 1]]
    assert highest.tolist() == [2, 2]


def test_rows_with_a_missing_answer_are_not_complete() -> None:
    assert complete_rows(np.array([[1, -1], [0, 1]])).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("scores", "highest", "message"),
    [
        ([[0, 3]], [1, 2], "score 3 of person 0 on item 1 is not in 0..2"),
        ([[-2, 0]], 1, "score -2 of person 0 on item 0"),
        ([[0.5, 1]], 1, "whole numbers"),
        ([[float("nan"), 1]], 1, "whole numbers"),
        ([["a"]], 1, "whole numbers"),
        ([1, 0], 1, "2 dimensions"),
        ([[0, 1]], 0, "at least 1"),
    ],
)
def test_what_is_no_score_is_refused(scores: object, highest: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_matrix(scores, highest)  # type: ignore[arg-type]
