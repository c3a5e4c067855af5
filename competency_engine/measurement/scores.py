"""The matrix of scores: people in rows, items in columns, whole points, -1 where an answer is missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MISSING = -1
"""Score of an answer that was not given."""


def score_matrix(scores: npt.ArrayLike, highest: npt.ArrayLike = 1) -> tuple[Ints, Ints]:
    """Return ``scores`` as a matrix of integers, and the highest score of each item.

    Args:
        scores: rows = people, columns = items; cell = points won from 0 to the item's highest score, -1 = missing.
        highest: the highest score of each item, or one for all.

    Raises:
        ValueError: when it is no matrix of whole numbers, a highest score is below 1, or a score is out of bounds.
    """
    matrix = whole_numbers(scores, dimensions=2)
    tops = np.broadcast_to(whole_numbers(highest, dimensions=None), matrix.shape[1:]).astype(np.int64)
    if (tops < 1).any():
        raise ValueError("the highest score of an item is at least 1")
    wrong = (matrix < MISSING) | (matrix > tops)
    if wrong.any():
        person, item = np.argwhere(wrong)[0]
        raise ValueError(f"score {matrix[person, item]} of person {person} on item {item} is not in 0..{tops[item]}")
    return matrix, tops


def whole_numbers(values: npt.ArrayLike, dimensions: int | None = 1) -> Ints:
    """Return ``values`` as an array of integers with so many dimensions; ``None`` = any number.

    Raises:
        ValueError: when it has another number of dimensions or holds something else than whole numbers.
    """
    array = np.asarray(values)
    if dimensions is not None and array.ndim != dimensions:
        raise ValueError(f"an array of {dimensions} dimensions is needed, not of {array.ndim}")
    if array.size and (array.dtype.kind not in "biuf" or not np.equal(array, np.floor(array)).all()):
        raise ValueError("whole numbers are needed")
    return array.astype(np.int64)


def complete_rows(matrix: Ints) -> Ints:
    """Return the rows in which no answer is missing.

    >>> complete_rows(np.array([[1, 0], [1, -1]])).tolist()
    [[1, 0]]
    """
    complete: Ints = matrix[(matrix != MISSING).all(axis=1)]
    return complete
