"""Equations between sums as data for Coq.

Terms
-----
slot
    What stands in a term: a variable, a copy of it that a sum binds, or the variable held at a
    value (`lpc.logic.slots`). In Coq slots are numbers; a variable is the slot with its own.
    The theorem holds at every value of a slot that is held, so at the one it is held at.
renaming
    Where a proof gives bound slots of a left term other names, the term is written with those:
    what a sum binds has no name outside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lpc.certificates.coq_text import NotCovered, comment, fraction, listing
from lpc.logic.slots import is_held, variable_of

Json = Any

MAX_SLOTS = 400
PUT_IN = ("insert", "normalise")


class SumEvidence:
    """The parts of a theorem about sums, as Coq text.

    Raises: NotCovered.
    """

    def __init__(self, atoms: Mapping[str, int], sides: Json, proof: Json) -> None:
        self.numbers = dict(atoms)
        self.count = len(atoms)
        one, two = sides
        pairs = sorted(proof["pairs"], key=lambda pair: int(pair["left"]))
        places = list(range(len(one)))
        if [p["left"] for p in pairs] != places or sorted(p["right"] for p in pairs) != places:
            raise NotCovered("terms of a sum that are added up")
        if len(one) != len(two):
            raise NotCovered("terms of a sum that are added up")
        names = [p["renaming"] for p in pairs]
        moves = [dict(m) for m in proof["left"]]
        one = [renamed(t, names[k], of_term(moves, k)) for k, t in enumerate(one)]
        for move in moves:
            new = names[move["term"]]
            move["variable"] = new.get(move["variable"], move["variable"])
            move["given"] = [new.get(s, s) for s in move.get("given", ())]
        self.left, self.right = (listing([self.term(t) for t in side]) for side in (one, two))
        self.proofs: list[Json] = []
        rows = listing([self.row(p["row"]) for p in pairs])
        order = listing([str(p["right"]) for p in pairs])
        lefts, rights = (listing([self.move(m) for m in ms]) for ms in (moves, proof["right"]))
        self.steps = f"SumProof {lefts} {rights} {order}%N\n  {rows}"

    @property
    def variable_of(self) -> str:
        """Which variable each slot is of, where it is not one."""
        own = [(n, self.numbers[variable_of(slot)]) for slot, n in self.others()]
        return f"{listing([f'({n}, {v})' for n, v in own])}%N"

    @property
    def comment(self) -> str:
        """The slots that are no variables, for the reader."""
        return ", ".join(f"{n} is {comment(slot)}" for slot, n in self.others()) or "variables only"

    def others(self) -> list[tuple[str, int]]:
        """The slots that are no variables, with their numbers."""
        return [(slot, n) for slot, n in self.numbers.items() if n >= self.count]

    def slot(self, name: Json) -> int:
        """The number of a slot."""
        if not isinstance(name, str) or variable_of(name) not in self.numbers:
            raise NotCovered("a slot of no variable")
        if len(self.numbers) > MAX_SLOTS:
            raise NotCovered(f"more than {MAX_SLOTS} slots")
        return self.numbers.setdefault(name, len(self.numbers))

    def set(self, names: Iterable[Json]) -> str:
        """A set of slots."""
        return f"(set [{'; '.join(map(str, sorted(map(self.slot, names))))}]%N)"

    def term(self, term: Json) -> str:
        """One term."""
        number = fraction(term["coefficient"])
        if any(map(is_held, (*term["bound"], *term["values"]))):
            raise NotCovered("a value that is summed over or read")
        values = "; ".join(str(self.slot(s)) for s in term["values"])
        factors = listing([f"({self.set(e)}, {self.set(g)})" for e, g in term["factors"]])
        pair = f"({number.numerator}, {number.denominator})%Z"
        return f"Term {pair} {self.set(term['bound'])} [{values}]%N {factors}"

    def move(self, move: Json) -> str:
        """One move as its constructor."""
        names = {"insert": "Insert", "sum out": "SumOut", "normalise": "Normalise"}
        if move["kind"] not in names:
            raise NotCovered(f"in sums the move {comment(move['kind'])[:40]}")
        alone = move["kind"] == "normalise"
        places = [move["term"]] if alone else [move["term"], move["factor"]]
        if any(type(n) is not int or not 0 <= n < 10_000 for n in places):
            raise NotCovered("a move of no factor")
        given = f" {self.set(move['given'])}" if alone else ""
        numbers = " ".join(map(str, places))
        return f"{names[move['kind']]} {numbers} {self.slot(move['variable'])}%N{given}"

    def row(self, row: Sequence[Sequence[Json]]) -> str:
        """Steps, each some instances of proved equations."""
        return listing([listing([self.instance(x) for x in step]) for step in row])

    def instance(self, instance: Json) -> str:
        """A proof by its place in the list, with slots for its variables."""
        proof, slots = instance["proof"], instance["slots"]
        if any(variable_of(s) != v for v, s in slots.items()):
            raise NotCovered("a slot of another variable")
        if proof not in self.proofs:
            self.proofs.append(proof)
        pairs = [f"({self.slot(v)}, {self.slot(s)})" for v, s in sorted(slots.items())]
        return f"({self.proofs.index(proof)}%nat, {listing(pairs)}%N)"


def of_term(moves: Sequence[Json], k: int) -> list[Json]:
    """The moves of one term, by its place."""
    return [m for m in moves if m["term"] == k]


def renamed(term: Json, names: Mapping[str, str], moves: Sequence[Json]) -> Json:
    """The term with other names for bound slots, the same in another spelling.

    Raises: NotCovered where a name is that of something else in the term.

    >>> renamed({"bound": ["A#2"], "values": [], "factors": [[["A#2"], ["b"]]]}, {"A#2": "A"}, [])
    {'bound': ['A'], 'values': [], 'factors': [[['A'], ['b']]]}
    """
    if not names:
        return term
    bound = {*term["bound"], *(m["variable"] for m in moves if m["kind"] in PUT_IN)}
    sides = [s for f in term["factors"] for s in f]
    inside = set(term["values"]).union(*sides)
    every = bound | inside
    new = {names.get(s, s) for s in every}
    free = inside.difference(term["bound"])
    if not names.keys() <= bound - free or len(new) < len(every):
        raise NotCovered("new names for bound slots that something else has")
    if any(variable_of(a) != variable_of(b) or is_held(b) for a, b in names.items()):
        raise NotCovered("a slot of another variable")
    return {
        **term,
        "bound": [names.get(s, s) for s in term["bound"]],
        "values": [names.get(s, s) for s in term["values"]],
        "factors": [[[names.get(s, s) for s in side] for side in f] for f in term["factors"]],
    }
