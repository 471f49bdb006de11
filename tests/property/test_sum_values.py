"""Lines with values, quantities and sums over one name in several places, against plain loops.

A line is written here as a small tree, turned into text for lpc, and worked out by itself on a
model: the tree is run through with every value of what it sums over, down to products of numbers.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import lpc
from lpc.checker.context import Context
from lpc.checker.sums import SumStep
from tests.property.strategies import independent, marginal, models
from tests.property.test_calculus import all_statements

NAMES = "abcd"
STATEMENTS = all_statements(NAMES, overlapping=False)
HEAD = """variables { a in {0, 1} ; b in {0, 1} ; c in {0, 1} ; d in {0, 1} }
define M(x, y) := sum[c] (c + 1) P(c | b = x, a = y)
define N(y)    := sum[c, d] d P(c | d, b = y) P(d | b = y)
define K       := N(0) - 2 N(1)
"""

# A tree is ("P", event, given) with dictionaries from variables to None, a value or a parameter;
# ("v", name); ("n", number); ("sum", names, tree); ("*", trees); ("+", ((number, tree), ...));
# or ("call", name, arguments), where an argument is a value or the name of a variable.

QUANTITIES = {
    "M": (
        "xy",
        ("sum", "c", ("*", (("+", ((1, ("v", "c")), (1, ("n", 1)))),
                            ("P", {"c": None}, {"b": "x", "a": "y"})))),
    ),
    "N": (
        "y",
        ("sum", "cd", ("*", (("v", "d"), ("P", {"c": None}, {"d": None, "b": "y"}),
                             ("P", {"d": None}, {"b": "y"})))),
    ),
    "K": ("", ("+", ((1, ("call", "N", (0,))), (-2, ("call", "N", (1,)))))),
}  # fmt: skip


def text(tree) -> str:
    match tree:
        case ("P", event, given_):
            sides = [
                ", ".join(v if x is None else f"{v} = {x}" for v, x in side.items())
                for side in (event, given_)
            ]
            return f"P({' | '.join(s for s in sides if s)})"
        case ("v", name) | ("n", name):
            return str(name)
        case ("sum", names, body):
            return f"(sum[{', '.join(names)}] ({text(body)}))"
        case ("*", parts):
            return " * ".join(f"({text(p)})" if p[0] == "+" else text(p) for p in parts)
        case ("+", parts):
            return " ".join(f"{'+' if n > 0 else '-'} {abs(n)} * ({text(p)})" for n, p in parts)
        case ("call", name, arguments):
            return name + (f"({', '.join(map(str, arguments))})" if arguments else "")
    raise TypeError(tree)


class Ground:
    """A tree with all sums carried out: products of numbers, and the conditions it takes."""

    def __init__(self, model, point: dict[str, int]) -> None:
        self.model, self.point = model, point
        self.conditions: list[Fraction] = []

    def products(self, tree, env, bound: frozenset[str] = frozenset()) -> list[list]:
        match tree:
            case ("P", event, given_):
                return [[self.chance(event, given_, env, bound)]]
            case ("v", name):
                return [[Fraction(env[name])]]
            case ("n", number):
                return [[Fraction(number)]]
            case ("sum", names, body):
                found = []
                for values in product((0, 1), repeat=len(names)):
                    inner = {**env, **dict(zip(names, values, strict=True))}
                    found += self.products(body, inner, bound | set(names))
                return found
            case ("*", parts):
                choices = [self.products(part, env, bound) for part in parts]
                return [[x for factors in row for x in factors] for row in product(*choices)]
            case ("+", parts):
                return [[Fraction(n), *p] for n, t in parts for p in self.products(t, env, bound)]
            case ("call", name, arguments):
                parameters, body = QUANTITIES[name]
                values = [env[x] if isinstance(x, str) else x for x in arguments]
                inner = {**env, **dict(zip(parameters, values, strict=True))}
                held = {p for p, x in zip(parameters, arguments, strict=True) if x in bound}
                return self.products(body, inner, frozenset(held))
        raise TypeError(tree)

    def chance(self, event, given_, env, bound):
        def value(name, x):
            return env[name] if x is None else env[x] if isinstance(x, str) else x

        above = {v: value(v, x) for v, x in (event | given_).items()}
        below = {v: value(v, x) for v, x in given_.items()}
        p = marginal(self.model, NAMES, frozenset(below), below)
        names = {v if x is None else x for v, x in given_.items()}
        if not names & bound:
            self.conditions.append(p)
        return marginal(self.model, NAMES, frozenset(above), above) / p if p else None

    def value(self, tree) -> Fraction | None:
        total = Fraction(0)
        for factors in self.products(tree, self.point):
            if 0 in factors:
                continue
            if None in factors:
                return None
            number = Fraction(1)
            for factor in factors:
                number *= factor
            total += number
        return total


def breaks(model, left, right) -> dict[str, int] | None:
    """A point at which the equation says something that is not so."""
    for values in product((0, 1), repeat=len(NAMES)):
        point = dict(zip(NAMES, values, strict=True))
        ground = Ground(model, point)
        sides = ground.value(left), ground.value(right)
        if all(ground.conditions) and None not in sides and sides[0] != sides[1]:
            return point
    return None


# Lines that have a chance to be equal.


def some_factor(rng: random.Random, must: str = ""):
    names = rng.sample(NAMES, len(NAMES))
    event = [must] if must else names[: rng.randint(1, 2)]
    event += [v for v in names if v not in event and rng.random() < 0.2]
    rest = [v for v in names if v not in event and rng.random() < 0.5]

    def held(v):
        return rng.randint(0, 1) if v != must and rng.random() < 0.25 else None

    return ("P", {v: held(v) for v in event}, {v: held(v) for v in rest})


def some_line(rng: random.Random, depth: int = 2):
    parts = []
    for _ in range(rng.randint(1, 2)):
        kind = rng.random()
        if depth and kind < 0.45:
            name = rng.choice(NAMES)
            inside = [some_factor(rng, name)]
            inside += [("v", name)] * (rng.random() < 0.3)
            inside += [some_line(rng, depth - 1)] * (rng.random() < 0.5)
            parts.append(("sum", name, ("*", tuple(inside))))
        elif depth and kind < 0.6:
            argument = rng.choice([0, 1])
            parts.append(rng.choice([
                ("call", "N", (rng.choice([argument, "b"]),)),
                ("call", "M", (argument, rng.choice([1, "a"]))),
                ("call", "K", ()),
            ]))  # fmt: skip
        else:
            parts.append(some_factor(rng))
    return ("*", tuple(parts))


def altered(rng: random.Random, tree):
    """The tree with some conditions changed, factors split, variables summed over, and so on."""
    match tree:
        case ("P", event, given_):
            return altered_factor(rng, event, given_)
        case ("sum", names, body) if len(names) == 1 and rng.random() < 0.25:
            values = rng.choice([(0, 1), (0, 1), (0, 1), (1, 1), (1,)])
            return ("+", tuple((1, at_value(body, names, x)) for x in values))
        case ("sum", names, body):
            return ("sum", names, altered(rng, body))
        case ("*", parts):
            new = [altered(rng, part) for part in parts]
            rng.shuffle(new)
            return ("*", tuple(new))
        case ("call", name, arguments) if rng.random() < 0.3:
            parameters, body = QUANTITIES[name]
            if all(not isinstance(x, str) for x in arguments):
                return instantiated(body, dict(zip(parameters, arguments, strict=True)))
        case ("call", name, arguments) if rng.random() < 0.2:
            return ("call", name, tuple(rng.choice([0, 1, x]) for x in arguments))
    return tree


def altered_factor(rng: random.Random, event, given_):
    kind = rng.random() * 2.2
    spare = [v for v in NAMES if v not in event and v not in given_]
    if kind < 0.3:
        changed = {v: x for v, x in given_.items() if rng.random() < 0.6}
        return ("P", event, changed)
    if kind < 0.4 and spare:
        return ("P", event, {**given_, spare[0]: rng.choice([None, 0, 1])})
    if kind < 0.6 and len(event) > 1:
        first, *rest = event
        one = ("P", {first: event[first]}, {**given_, **{v: event[v] for v in rest}})
        return ("*", (one, ("P", {v: event[v] for v in rest}, given_)))
    if kind < 0.75 and spare:
        v = spare[0]
        body = ("*", (("P", event, {**given_, v: None}), ("P", {v: None}, given_)))
        # The values of v inside are those of the sum, whatever v is outside.
        return ("sum", v, body)
    if kind < 0.85:
        v = rng.choice(list(event))
        return ("*", (("P", event, given_), ("sum", v, ("P", {v: None}, {}))))
    if kind < 1.1:  # another value, or a variable in its place
        side = event if rng.random() < 0.5 or not given_ else given_
        side = {v: rng.choice([0, 1, x, None]) for v, x in side.items()}
        return ("P", side, given_) if side.keys() == event.keys() else ("P", event, side)
    return ("P", event, given_)


def at_value(tree, name: str, value: int):
    """The tree with a variable held at a value, where no sum has its own copy of it."""
    match tree:
        case ("P", event, given_):
            sides = (
                {v: value if v == name and x is None else x for v, x in side.items()}
                for side in (event, given_)
            )
            return ("P", *sides)
        case ("v", found):
            return ("n", value) if found == name else tree
        case ("sum", names, body):
            return tree if name in names else ("sum", names, at_value(body, name, value))
        case ("*", parts):
            return ("*", tuple(at_value(p, name, value) for p in parts))
        case ("+", parts):
            return ("+", tuple((n, at_value(p, name, value)) for n, p in parts))
        case ("call", called, arguments):
            return ("call", called, tuple(value if x == name else x for x in arguments))
    return tree


def instantiated(tree, values):
    match tree:
        case ("P", event, given_):
            return ("P", event, {v: values.get(x, x) for v, x in given_.items()})
        case ("sum", names, body):
            return ("sum", names, instantiated(body, values))
        case ("*", parts):
            return ("*", tuple(instantiated(p, values) for p in parts))
        case ("+", parts):
            return ("+", tuple((n, instantiated(p, values)) for n, p in parts))
    return tree


def question(rng: random.Random, premises):
    """A document with one step, the trees of its two sides; None where it does not read."""
    left = some_line(rng)
    right = altered(rng, left)
    lines = [f"assume I{k} : {s}" for k, s in enumerate(premises)]
    scope = ", ".join(f"I{k}" for k in range(len(premises)))
    head = f"assuming {scope} ; " if scope else ""
    source = "\n".join([HEAD, *lines, f"derive s {{ {head}{text(left)} = {text(right)} }}"])
    try:
        return lpc.parse(source), left, right, source
    except lpc.LpcError:
        return None


def proved(document) -> bool:
    (item,) = document.items
    (step,) = item.steps
    context = Context(document)
    if not hasattr(step.left, "terms"):
        return False
    sums = SumStep.create(context, step.left, step.right, item.assuming)
    return sums.proved(item.assuming) is not None


@given(models(NAMES), st.integers(0, 10**9))
@settings(max_examples=40)
def test_what_is_proved_holds_in_every_model_of_the_assumptions(model, seed):
    rng = random.Random(seed)
    true = [s for s in STATEMENTS if independent(model, NAMES, s.x, s.y, s.z)]
    for _ in range(6):
        asked = question(rng, rng.sample(true, min(len(true), 3)))
        if asked is not None and proved(asked[0]):
            _, left, right, source = asked
            assert breaks(model, left, right) is None, source


@given(st.integers(0, 10**9))
@settings(max_examples=25, deadline=None)
def test_what_is_refuted_is_broken_by_the_model_shown(seed):
    rng = random.Random(seed)
    asked = question(rng, rng.sample(STATEMENTS, 2))
    if asked is None:
        return
    document, left, right, source = asked
    (item,) = lpc.check(document, effort=20_000).items
    if item.verdict.value != "refuted" or item.model.broken is None:
        return
    shown = item.model.model
    missing = [n for n in NAMES if n not in shown.names]
    model = {}
    for outcome, weight in shown.support:
        values = {**dict.fromkeys(missing, 0), **dict(zip(shown.names, outcome, strict=True))}
        key = tuple(int(values[n]) for n in NAMES)
        model[key] = model.get(key, Fraction(0)) + weight
    assert breaks(model, left, right) is not None, source
