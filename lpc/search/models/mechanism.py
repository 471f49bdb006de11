"""A finite model told as a mechanism: who is chance, and who is a function of what.

Variables are taken in an order (causal where a graph is known). One that the earlier ones
determine is written as a function of as few of them as possible, its parents first; any
other is drawn, from as few as possible. The pieces are plain data; writers turn them into
sentences or into a `model` block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from lpc.exact import Number
from lpc.kernel.models import FiniteModel

Value = Any

MAX_INPUTS = 3
IF, ELSE = "(if ", " then 1 else 0)"


@dataclass(frozen=True, slots=True)
class Bit:
    """A two-valued feature of an earlier variable, as text of the model language."""

    text: str
    values: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One variable of a mechanism.

    `rule` is what stands right of `:=` or `~`; `inputs` are the earlier variables it uses;
    `coin` is true when all values are equally likely whatever came before.
    """

    name: str
    drawn: bool
    rule: str
    inputs: tuple[str, ...]
    coin: bool = False


def mechanism(
    model: FiniteModel, order: Sequence[str], parents: Mapping[str, Sequence[str]]
) -> tuple[Step, ...]:
    """The steps that generate a model's distribution over the variables in `order`.

    >>> half = Fraction(1, 2)
    >>> model = FiniteModel.create(("a", "b"), [((0, 0), half), ((1, 1), half)])
    >>> [(s.name, s.rule) for s in mechanism(model, ("a", "b"), {})]
    [('a', 'uniform {0, 1}'), ('b', 'a')]
    """
    teller = _Teller(model, tuple(order))
    return tuple(teller.step(k, tuple(parents.get(name, ()))) for k, name in enumerate(order))


class _Teller:
    def __init__(self, model: FiniteModel, order: tuple[str, ...]) -> None:
        self.order = order
        columns, table = model.table(frozenset(order))
        places = [columns.index(name) for name in order]
        self.rows = [(tuple(o[p] for p in places), w) for o, w in table.items()]
        self.values = {name: model.values(name) for name in order}

    def step(self, k: int, parents: tuple[str, ...]) -> Step:
        name = self.order[k]
        if (found := self.function(k, parents)) is not None:
            return Step(name, False, found[0], found[1])
        return self.draw(k, parents)

    # Functions of what came before.

    def function(self, k: int, parents: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        for inputs in self.input_sets(k, parents):
            if self.determines(inputs, k):
                return self.formula(k, inputs), tuple(self.order[i] for i in inputs)
        return None

    def input_sets(self, k: int, parents: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
        """Sets of earlier places, small ones first; those made of parents before the others."""
        earlier = list(range(k))
        near = [i for i in earlier if self.order[i] in parents]
        for size in range(min(k, MAX_INPUTS) + 1):
            if size <= len(near):
                yield from combinations(near, size)
        if near:
            yield tuple(near)
        for size in range(min(k, MAX_INPUTS) + 1):
            yield from combinations(earlier, size)
        yield tuple(earlier)

    def determines(self, inputs: tuple[int, ...], k: int) -> bool:
        seen: dict[tuple[Value, ...], Value] = {}
        return all(
            seen.setdefault(tuple(row[i] for i in inputs), row[k]) == row[k] for row, _ in self.rows
        )

    def formula(self, k: int, inputs: tuple[int, ...]) -> str:
        column = [row[k] for row, _ in self.rows]
        return self.expression(column, self.values[self.order[k]], inputs)

    def expression(
        self, column: list[Value], alphabet: tuple[Value, ...], inputs: tuple[int, ...]
    ) -> str:
        """Text for a column of values as a function of earlier places."""
        found = list(dict.fromkeys(column))
        if len(found) == 1:
            return written(found[0])
        for i in inputs:
            if column == [row[i] for row, _ in self.rows]:
                return self.order[i]
        if all(isinstance(value, tuple) and len(value) == 2 for value in found):
            sides = (self.expression([v[j] for v in column], (), inputs) for j in (0, 1))
            return f"({', '.join(sides)})"
        bits = [bit for i in inputs for bit in self.bits(i)]
        if len(found) == 2:
            low, high = sorted(found, key=lambda v: _rank(v, alphabet))
            truth = tuple(value == high for value in column)
            text = boolean(truth, bits)
            if text is not None:
                if {low, high} == {0, 1} and low == 0:
                    return text[0]
                return f"if {_truth(text)} then {written(high)} else {written(low)}"
        return self.table(column, inputs)

    def bits(self, i: int) -> list[Bit]:
        """The two-valued features of the variable at a place."""
        return list(self._bits(self.order[i], [row[i] for row, _ in self.rows]))

    def _bits(self, text: str, column: list[Value]) -> Iterator[Bit]:
        found = sorted(set(column), key=repr)
        if found and all(isinstance(v, tuple) and len(v) == 2 for v in found):
            yield from self._bits(f"first({text})", [v[0] for v in column])
            yield from self._bits(f"second({text})", [v[1] for v in column])
        elif set(found) == {0, 1}:
            yield Bit(text, tuple(v == 1 for v in column))
        elif len(found) == 2:
            high = found[-1] if any(isinstance(v, str) for v in found) else max(found)
            yield Bit(f"({text} = {written(high)})", tuple(v == high for v in column))

    def table(self, column: list[Value], inputs: tuple[int, ...]) -> str:
        """A case for every combination of inputs that occurs."""
        cases: dict[tuple[Value, ...], Value] = {}
        for (row, _), value in zip(self.rows, column, strict=True):
            cases.setdefault(tuple(row[i] for i in inputs), value)
        return self.choice(inputs, {key: written(value) for key, value in cases.items()})

    def choice(self, inputs: tuple[int, ...], cases: Mapping[tuple[Value, ...], str]) -> str:
        """`if … then … else …`; what most cases have in common comes last, without condition."""
        groups: dict[str, list[tuple[Value, ...]]] = {}
        for key, text in cases.items():
            groups.setdefault(text, []).append(key)
        *others, (chosen, _) = sorted(groups.items(), key=lambda group: len(group[1]))
        for text, keys in reversed(others):
            tests = [self.condition(inputs, key) for key in keys]
            if len(inputs) > 1 and len(tests) > 1:
                tests = [f"({test})" for test in tests]
            chosen = f"if {' or '.join(tests)} then {text} else {chosen}"
        return chosen

    def condition(self, inputs: tuple[int, ...], key: tuple[Value, ...]) -> str:
        tests = (f"{self.order[i]} = {written(v)}" for i, v in zip(inputs, key, strict=True))
        return " and ".join(tests)

    # Draws.

    def draw(self, k: int, parents: tuple[str, ...]) -> Step:
        everything = tuple(range(k))
        whole = self.conditional(everything, k)
        for inputs in (*self.input_sets(k, parents), everything):
            small = self.conditional(inputs, k)
            if all(small[tuple(key[i] for i in inputs)] == d for key, d in whole.items()):
                return self.drawn(k, inputs, small)
        raise AssertionError("the whole past always suffices")

    def conditional(
        self, inputs: tuple[int, ...], k: int
    ) -> dict[tuple[Value, ...], dict[Value, Number]]:
        """The distribution of a variable for each value of the inputs that occurs."""
        sums: dict[tuple[Value, ...], dict[Value, Number]] = {}
        for row, weight in self.rows:
            weights = sums.setdefault(tuple(row[i] for i in inputs), {})
            weights[row[k]] = weights.get(row[k], Fraction(0)) + weight
        for weights in sums.values():
            total = sum(weights.values(), Fraction(0))
            for value in weights:
                weights[value] = weights[value] / total
        return sums

    def drawn(
        self,
        k: int,
        inputs: tuple[int, ...],
        distributions: dict[tuple[Value, ...], dict[Value, Number]],
    ) -> Step:
        name = self.order[k]
        used = tuple(self.order[i] for i in inputs)
        text = self.choice(
            inputs, {key: _distribution(w, self.values[name]) for key, w in distributions.items()}
        )
        return Step(name, True, text, used, coin=not inputs and text.startswith("uniform"))


def boolean(truth: tuple[bool, ...], bits: list[Bit]) -> tuple[str, bool] | None:
    """Text for a truth column over two-valued features, and whether it is one of them alone.

    Copies and negations come first, then xor, and, or, of as few features as possible.
    """
    for bit in bits:
        if bit.values == truth:
            return bit.text, True
        if tuple(not v for v in bit.values) == truth:
            return f"1 - {bit.text}", False
    for size in (2, 3, 4):
        for chosen in combinations(bits, size):
            parity = tuple(
                sum(column) % 2 == 1 for column in zip(*(b.values for b in chosen), strict=True)
            )
            text = " xor ".join(b.text for b in chosen)
            if parity == truth:
                return f"({text})", False
            if tuple(not v for v in parity) == truth:
                return f"({text} xor 1)", False
            if size > 2:
                continue
            for word, join in (("and", all), ("or", any)):
                joined = tuple(
                    join(column) for column in zip(*(b.values for b in chosen), strict=True)
                )
                text = f" {word} ".join(
                    f"{b.text} = 1" if b.text[0] != "(" else b.text for b in chosen
                )
                if joined == truth:
                    return f"{IF}{text}{ELSE}", False
    return None


def _truth(found: tuple[str, bool]) -> str:
    """A number that is 1 or 0, as the condition that it is 1."""
    text, alone = found
    if alone and text.startswith("("):
        return text[1:-1]
    if text.startswith(IF) and text.endswith(ELSE):
        return text[len(IF) : -len(ELSE)]
    if text.startswith("1 - "):
        bare = text.removeprefix("1 - ")
        return f"not {bare}" if bare.startswith("(") else f"{bare} = 0"
    return f"{text} = 1"


def _rank(value: Value, alphabet: tuple[Value, ...]) -> int:
    return alphabet.index(value) if value in alphabet else (1 if value == 1 else 0)


def _distribution(weights: dict[Value, Number], alphabet: tuple[Value, ...]) -> str:
    order = sorted(weights, key=lambda v: alphabet.index(v) if v in alphabet else len(alphabet))
    if len(weights) == 1:
        return f"{{{written(order[0])} : 1}}"
    if len({*weights.values()}) == 1:
        return "uniform {" + ", ".join(written(v) for v in order) + "}"
    return "{" + ", ".join(f"{written(v)} : {weights[v]}" for v in order) + "}"


def written(value: Value) -> str:
    """A value in the model language.

    >>> written((0, Fraction(1, 2))), written("up")
    ('(0, 1/2)', 'up')
    """
    if isinstance(value, tuple):
        return "(" + ", ".join(written(v) for v in value) + ")"
    return str(value)
