"""Who is whose partner, and who moved."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pipeline.runs.diff.pairing import Pair, moved, pairs, reading_order

scores = st.lists(st.lists(st.sampled_from([None, 0.4, 0.7, 0.7, 1.0]), min_size=4, max_size=4), max_size=5)


def found(table: list[list[float | None]]) -> tuple[Pair, ...]:
    """The pairs of a table of scores."""
    return pairs(range(len(table)), range(4), lambda i, j: table[i][j])


@given(scores)
def test_each_has_one_partner_at_most(table: list[list[float | None]]) -> None:
    """One to one, only where a score allows it, and nobody left alone beside somebody who could be a partner."""
    partners = found(table)
    lefts, rights = {pair.before for pair in partners}, {pair.after for pair in partners}
    assert len(lefts) == len(rights) == len(partners)
    assert all(table[pair.before][pair.after] is not None for pair in partners)
    alone = [(i, j) for i in range(len(table)) for j in range(4) if i not in lefts and j not in rights]
    assert all(table[i][j] is None for i, j in alone)


@given(scores)
def test_no_two_would_rather_have_each_other(table: list[list[float | None]]) -> None:
    """The matching is stable: a better pair than both have is not left apart."""
    partners = {(pair.before, pair.after): table[pair.before][pair.after] or 0.0 for pair in found(table)}
    for i, row in enumerate(table):
        for j, score in enumerate(row):
            rivals = [value for (a, b), value in partners.items() if a == i or b == j]
            assert score is None or max(rivals) >= score


@given(scores)
def test_the_same_pairs_from_the_other_side(table: list[list[float | None]]) -> None:
    """It does not matter which list comes first."""
    back = pairs(range(4), range(len(table)), lambda j, i: table[i][j])
    assert {(pair.after, pair.before) for pair in back} == {(pair.before, pair.after) for pair in found(table)}


@given(st.permutations(range(7)))
def test_what_did_not_move_is_in_order(order: list[int]) -> None:
    """Without those that moved, both sides have one order; from the other side the same ones moved."""
    partners = [Pair(i, j) for i, j in enumerate(order)]
    away = moved(partners)
    rest = [pair.after for pair in partners if pair not in away]
    assert rest == sorted(rest)
    assert {Pair(b, a) for a, b in away} == moved(Pair(b, a) for a, b in partners)
    assert bool(away) == (order != sorted(order))


@given(st.sets(st.integers(0, 5)), st.permutations(range(6)))
def test_everything_is_read_once(kept: set[int], order: list[int]) -> None:
    """The reading order has every number of both lists once, and follows the second list."""
    partners = [Pair(i, order[i]) for i in sorted(kept)]
    places = reading_order(partners, 6, 6)
    assert sorted(i for i, _ in places if i is not None) == list(range(6))
    assert [j for _, j in places if j is not None] == list(range(6))
