"""The layered drawing: who comes before stands left, nobody stands on another, and crossings that need not be are not there."""

from __future__ import annotations

import random
from itertools import combinations

from competency_engine.graph.layered import lay_out
from competency_engine.graph.requisites import Requisites


def graph(courses: str, *edges: str) -> Requisites:
    return Requisites(tuple(courses), tuple((edge[0], edge[1], "pre") for edge in edges))


def test_a_chain_stands_in_one_row() -> None:
    drawn = lay_out(graph("abc", "ab", "bc"))
    assert drawn.layer == (0, 1, 2)
    assert drawn.place == (0, 0, 0)


def test_two_chains_written_crosswise_do_not_cross() -> None:
    drawn = lay_out(graph("abxyz", "ay", "bx", "az"))
    a, b, x, y, z = drawn.place
    assert (a < b) == (y < x) == (z < x)


def test_an_edge_over_a_layer_bends_around_who_stands_there() -> None:
    drawn = lay_out(graph("abc", "ab", "bc", "ac"))
    ((layer, place),) = drawn.bends[0, 2]
    assert layer == 1
    assert abs(place - drawn.place[1]) >= 0.4


def test_a_circle_is_drawn_with_the_edge_that_closes_it_apart() -> None:
    drawn = lay_out(graph("abcd", "ab", "bc", "ca", "dd"))
    assert drawn.back == ((2, 0),)
    assert drawn.layer == (0, 1, 2, -1)
    assert drawn.alone == (3,)


def test_of_random_graphs_every_course_stands_right_of_its_requisites_and_on_nobody() -> None:
    for seed in range(30):
        draw = random.Random(seed)
        count = draw.randrange(2, 30)
        courses = tuple(f"c{number:02}" for number in range(count))
        edges = tuple((courses[i], courses[j], "pre") for i, j in combinations(range(count), 2) if draw.random() < 0.1)
        drawn = lay_out(Requisites(courses, edges))  # type: ignore[arg-type]
        index = {course: position for position, course in enumerate(courses)}
        assert all(drawn.layer[index[one]] < drawn.layer[index[other]] for one, other, _ in edges)
        assert drawn.back == ()
        for one, other in combinations(range(count), 2):
            if drawn.layer[one] == drawn.layer[other] >= 0:
                assert abs(drawn.place[one] - drawn.place[other]) > 0.99
        assert drawn == lay_out(Requisites(courses, edges))  # type: ignore[arg-type]


def test_nothing_to_draw() -> None:
    assert lay_out(Requisites((), ())).rows == 0
