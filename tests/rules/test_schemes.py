"""Lines made of the records of the rules: a rule whose record is added is tested here at once.

The sets are drawn at random; what is an instance is reckoned by hand here, letter by letter.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from lpc.kernel import RULES, Arguments, Rule, RuleError
from lpc.kernel.schemes import Apart, Positive, Scheme, instance
from lpc.logic import Independence, Positivity, Statement

SCHEMATIC = [rule for rule in RULES.values() if rule.compute is None]
Sets = dict[str, frozenset[str]]


def letters_of(scheme: Scheme | str) -> str:
    match scheme:
        case Apart(x, y, z):
            return x + y + z
        case Positive(letters):
            return letters
    return ""


def said(scheme: Scheme | str, sets: Sets) -> Statement:
    def of(letters: str) -> frozenset[str]:
        return frozenset(v for c in letters for v in sets[c])

    match scheme:
        case Apart(x, y, z):
            return Independence.create(of(x), of(y), of(z))
        case Positive(letters):
            return Positivity(of(letters))
    raise AssertionError(scheme)


def drawn(rule: Rule, rng: random.Random) -> Sets:
    """Disjoint sets for all letters, some of them empty where the rule does not say otherwise."""
    pool = list("abcdefghijklmnopqr")
    rng.shuffle(pool)
    letters = sorted({c for s in (*rule.given, rule.infers) for c in letters_of(s)})
    return {
        c: frozenset(pool.pop() for _ in range(rng.randint(c in rule.some, 2))) for c in letters
    }


def line(rule: Rule, sets: Sets) -> tuple[tuple[Statement, ...], Arguments]:
    premises = tuple(said(scheme, sets) for scheme in rule.given)
    return premises, Arguments(tuple(frozenset().union(*map(sets.get, e)) for e in rule.sets))


def lines(rule: Rule, count: int) -> Iterator[tuple[Sets, tuple[Statement, ...], Arguments]]:
    for seed in range(count):
        sets = drawn(rule, random.Random(seed))
        yield sets, *line(rule, sets)


@pytest.mark.parametrize("rule", SCHEMATIC, ids=lambda r: r.name)
def test_an_instance_is_accepted_and_infers_the_instance(rule: Rule) -> None:
    for sets, premises, arguments in lines(rule, 200):
        assert rule.infer(premises, arguments) == said(rule.infers, sets)


@pytest.mark.parametrize("rule", SCHEMATIC, ids=lambda r: r.name)
def test_another_premise_in_the_place_of_one_is_refused(rule: Rule) -> None:
    refused = 0
    for _, premises, arguments in lines(rule, 200):
        for k, premise in enumerate(premises):
            for other in others(premise):
                if other == premise or not is_told(rule, premises, k, other, arguments):
                    continue
                with pytest.raises(RuleError):
                    rule.infer((*premises[:k], other, *premises[k + 1 :]), arguments)
                refused += 1
    assert refused > 100


def others(premise: Statement) -> Iterator[Statement]:
    match premise:
        case Independence(x, y, z):
            yield Independence(x, y, z | {"new"})
            yield from (Independence.create(x, y, z - {v}) for v in z)
            yield from (Independence.create(x - {v}, y, z) for v in x)
            yield from (Independence.create(x, y - {v}, z) for v in y)
        case Positivity(atoms):
            yield from (Positivity(atoms - {v}) for v in atoms)


def is_told(
    rule: Rule,
    premises: tuple[Statement, ...],
    k: int,
    other: Statement,
    arguments: Arguments,
) -> bool:
    """Whether the sets of the line tell the premise from the other.

    Where a single premise has letters of its own, another one is an instance too, unless it lacks
    what the line names.
    """
    if k > 0:
        return True
    scheme = rule.given[0]
    if isinstance(scheme, Apart) and scheme.x == scheme.y:
        return isinstance(other, Independence) and other.x != other.y
    named = frozenset().union(*arguments.sets)
    before = premises[k].atoms if isinstance(premises[k], Positivity) else sides(premises[k])
    after = other.atoms if isinstance(other, Positivity) else sides(other)
    return bool((before - after) & named)


def sides(statement: Statement) -> frozenset[str]:
    assert isinstance(statement, Independence)
    return statement.x | statement.y


@pytest.mark.parametrize(
    ("rule", "letters"),
    [(r, pair) for r in SCHEMATIC for pair in r.disjoint],
    ids=lambda x: x.name if isinstance(x, Rule) else x,
)
def test_letters_that_must_be_disjoint_are(rule: Rule, letters: str) -> None:
    for one in letters:
        for two in letters.replace(one, ""):
            for sets, _, _ in lines(rule, 20):
                together = {**sets, one: sets[one] | {"same"}, two: sets[two] | {"same"}}
                with pytest.raises(RuleError):
                    rule.infer(*line(rule, together))


@pytest.mark.parametrize("rule", [r for r in SCHEMATIC if r.some], ids=lambda r: r.name)
def test_letters_that_must_not_be_empty_are_not(rule: Rule) -> None:
    for letter in rule.some:
        for sets, _, _ in lines(rule, 20):
            with pytest.raises(RuleError, match="is empty"):
                rule.infer(*line(rule, {**sets, letter: frozenset()}))


@pytest.mark.parametrize("rule", SCHEMATIC, ids=lambda r: r.name)
def test_each_place_of_a_premise_leaves_one_letter_open_at_most(rule: Rule) -> None:
    """So that what a line does not name is the rest, and the reading is the only one."""
    known = {c for e in rule.sets for c in e}
    for scheme in rule.given:
        places = (scheme.z, scheme.x, scheme.y) if isinstance(scheme, Apart) else (scheme.letters,)
        for place in places:
            assert len(set(place) - known) <= 1
            known |= set(place)
    assert set(letters_of(rule.infers)) <= known
    together = [c for e in rule.sets if len(e) > 1 for c in e]
    everywhere = "".join(map(letters_of, rule.given))
    assert all(everywhere.count(c) == 1 for c in together)


def test_words_are_no_scheme() -> None:
    with pytest.raises(TypeError, match="no scheme"):
        instance("an equation of products", {})
