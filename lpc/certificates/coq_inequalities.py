"""Entailed inequalities as data for Coq.

Terms
-----
form
    A whole number plus whole multiples of probabilities of values given values: the form of the
    certificate times the least common denominator, which does not change its sign.
place
    An outcome with values of its own settings: where a deterministic strategy chooses a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as every
from math import lcm
from typing import Any

from lpc.certificates.coq_text import NotCovered, canonical, comment, fraction, listing

Json = Any
Label = tuple[int, int]
Labels = tuple[Label, ...]

MAX_STRATEGIES = 20_000
QUOTE = '"'


@dataclass(frozen=True, slots=True)
class Form:
    """A form with atoms and values as numbers."""

    unit: int
    constant: int
    terms: tuple[tuple[int, Labels, Labels], ...]

    @property
    def text(self) -> str:
        """The form in Coq."""
        terms = [f"(({c})%Z, ({labels(x)}, {labels(y)}))" for c, x, y in self.terms]
        note = f"(* times {self.unit} *) " if self.unit > 1 else ""
        return f"{note}Form ({self.constant}) {listing(terms)}"

    @property
    def context(self) -> Labels:
        """The settings that have one value in every term."""
        givens = [y for _, _, y in self.terms]
        return tuple(a for a in givens[0] if all(a in y for y in givens)) if givens else ()


class InequalityEvidence:
    """The parts of theorems about the forms of one inequality, as Coq text.

    Raises: NotCovered.
    """

    def __init__(self, atoms: Mapping[str, int], values: Json, inequality: Json) -> None:
        if inequality["strict"]:
            raise NotCovered("strict inequalities")
        if any("least" in form for form in inequality["forms"]):
            raise NotCovered("inequalities of which the least form counts")
        self.atoms = atoms
        self.values = values
        self.codes: dict[str, dict[str, int]] = {
            name: {canonical(v): k for k, v in enumerate(values[name])}
            for name in atoms
            if name in values
        }
        if any(len(codes) < len(values[name]) for name, codes in self.codes.items()):
            raise NotCovered("an alphabet repeats a value")
        self.outcomes = sorted({n for f in inequality["forms"] for t in f["terms"] for n in t[1]})
        if any(name not in values for name in self.outcomes):
            raise NotCovered("an outcome that declares no values")
        self.forms = [self.form(f) for f in inequality["forms"]]

    @property
    def comment(self) -> str:
        """What the numbers of values stand for."""
        parts = []
        for name, codes in self.codes.items():
            words = ", ".join(f"{n} = {comment(value.strip(QUOTE))}" for value, n in codes.items())
            parts.append(f"{comment(name)}: {words}")
        return "; ".join(parts)

    @property
    def alphabets(self) -> str:
        """The values that the outcomes are declared to have."""
        rows = [f"({self.atoms[n]}, {listing(self.numbers(n))})" for n in self.outcomes]
        return f"{listing(rows)}%N"

    def numbers(self, name: str) -> list[str]:
        """The numbers of the declared values of a variable."""
        return [str(k) for k in range(len(self.values[name]))]

    def form(self, form: Json) -> Form:
        """A form of the certificate."""
        numbers = [fraction(c) for c in (form["constant"], *(t[0] for t in form["terms"]))]
        unit = lcm(*(n.denominator for n in numbers))
        constant, *whole = (int(Fraction(n * unit)) for n in numbers)
        terms = zip(whole, form["terms"], strict=True)
        return Form(
            unit, constant, tuple((c, self.labels(t[1]), self.labels(t[2])) for c, t in terms)
        )

    def labels(self, event: Mapping[str, Json]) -> Labels:
        """Variables with values, by number; values get one where they are met."""
        found = []
        for name, value in event.items():
            codes = self.codes.setdefault(name, {})
            found.append((self.atoms[name], codes.setdefault(canonical(value), len(codes))))
        return tuple(sorted(found))

    def mixture(self, form: Form, mixture: Json) -> str:
        """Hidden variables, context, whose settings are whose, and the places of a form."""
        hidden = sorted(self.atoms[n] for n in mixture["hidden"])
        own: dict[int, list[int]] = {}
        for setting, outcome in sorted(mixture["owner"].items()):
            own.setdefault(self.atoms[outcome], []).append(self.atoms[setting])
        places: dict[tuple[int, Labels], None] = {}
        for _, x, y in form.terms:
            for i, _ in x:
                places[i, tuple(a for a in y if a[0] in own.get(i, ()))] = None
        self.check_size(list(places))
        owners = [f"({i}, set [{'; '.join(map(str, s))}])" for i, s in own.items()]
        rows = [f"({i}%N, {labels(s)})" for i, s in places]
        name = f"(set [{'; '.join(map(str, hidden))}]%N)"
        return f"Mixture {name} {labels(form.context)} {listing(owners)}%N\n  {listing(rows)}"

    def grouped(self, form: Form) -> tuple[Form, str]:
        """The form with its terms sorted by their conditions, and a bound for each condition."""
        groups: dict[Labels, list[tuple[int, Labels]]] = {}
        for c, x, y in form.terms:
            groups.setdefault(y, []).append((c, x))
        names = [(self.atoms[n], len(self.values[n])) for n in self.outcomes]
        self.check_size([(i, ()) for i, _ in names])
        points = [
            set(zip((i for i, _ in names), found, strict=True))
            for found in every(*(range(n) for _, n in names))
        ]
        rows, terms = [], []
        for y, members in groups.items():
            most = max(sum(c for c, x in members if point.issuperset(x)) for point in points)
            inside = listing([f"(({c})%Z, {labels(x)})" for c, x in members])
            rows.append(f"Group {labels(y)} ({most}) {inside}")
            terms += [(c, x, y) for c, x in members]
        return Form(form.unit, form.constant, tuple(terms)), listing(rows)

    def check_size(self, places: Sequence[tuple[int, Labels]]) -> None:
        """Raises: NotCovered when there are too many strategies."""
        names = {k: name for name, k in self.atoms.items()}
        count = 1
        for i, _ in places:
            count *= max(1, len(self.values[names[i]]))
            if count > MAX_STRATEGIES:
                raise NotCovered(f"more than {MAX_STRATEGIES} strategies")


def labels(found: Sequence[Label]) -> str:
    """Variables with values in Coq.

    >>> labels([(0, 1), (2, 0)])
    '[(0, 1); (2, 0)]%N'
    """
    return f"{listing([f'({name}, {value})' for name, value in found])}%N"
