"""Every limit of certificates: at it both verifiers accept, beyond it both refuse.

An undecided certificate claims nothing, so that nothing but its form is looked at.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from differential import opinions
from with_circuits import of_circuits

from lpc.certificates.verify import Verifier

Json = Any


def undecided(**parts: Json) -> Json:
    plain = {
        "schema": "lpc.certificate/1",
        "source": {"file": "a.lpc", "sha256": "0" * 64, "line": 1, "text": "…"},
        "item": {"kind": "claim", "name": None, "index": 1, "label": None},
        "verdict": "undecided",
        "atoms": ["A", "B", "l", "α"],
        "values": {},
        "composites": {},
        "assumptions": [],
        "scope": [],
        "goal": None,
        "evidence": [],
        "model": None,
        "notes": [],
    }
    return {**plain, **parts}


ALONE = {"independence": [["A"], ["B"], []]}


def assumed(count: int = 1, text: str = "…", statement: Json = ALONE, **more: Json) -> list[Json]:
    one = {"text": text, "statements": [statement], **more}
    return [{"name": f"H{k}", **one} for k in range(count)]


def equation(factors: int) -> Json:
    return {"equation": [[[["A"], ["B"]]] * factors, []]}


def term(**more: Json) -> Json:
    return {"coefficient": "1", "bound": [], "values": [], "factors": [[["A"], []]], **more}


def sums(*terms: Json) -> Json:
    return {"all": [{"sums": [list(terms), [term()]]}]}


def form(terms: int = 1, constant: Json = "0", value: Json = "0") -> Json:
    return {"constant": constant, "terms": [["1", {"A": value}, {"B": "0"}]] * terms}


def bound(*forms: Json) -> Json:
    return {"all": [{"inequality": {"strict": False, "forms": list(forms)}}]}


def relation(tree: Json) -> Json:
    return {"value": {"left": tree, "op": "=", "right": {"constant": "0"}}}


def wrapped(depth: int) -> Json:
    found: Json = {"constant": "0"}
    for _ in range(depth):
        found = {"absolute": found}
    return found


def nested(depth: int, leaf: Json) -> Json:
    for _ in range(depth):
        leaf = [leaf]
    return leaf


def region(pieces: int = 1, at: str = "0", dimension: int = 1) -> Json:
    if dimension == 1:
        any_ = [None, None]
        return [{"t": [[at, True], [at, True]], "t - x": any_, "t + x": any_}] * pieces
    return [{"t": [[at, True], [at, True]], "inside": [], "outside": []}] * pieces


def local(states: int = 0, dimension: int = 1, places: Json = None, complete: Json = ()) -> Json:
    where = {"A": region(dimension=dimension)} if places is None else places
    scene = {"dimension": dimension, "places": where, "complete": list(complete)}
    found = {"spacetime": scene, "shields": []}
    return found | {"states": [[f"s{k}", str(k)] for k in range(states)]} if states else found


def in_spacetime(**more: Json) -> list[Json]:
    return assumed(text="LC and more", locality=local(**more))


def grid(lines: int) -> Json:
    """Places between so many bounds of t - x."""
    zone = {"t": [None, None], "t + x": [None, None]}
    pieces = [{**zone, "t - x": [[str(k), True], [str(k), True]]} for k in range(lines)]
    return {n: pieces[k::6] for k, n in enumerate("ABCDEF"[:6])}


def cones(count: int) -> Json:
    some = [[-1, str(k), ["0", "0"]] for k in range(count)]
    return [{"t": [None, None], "inside": [], "outside": some}]


def graph(nodes: int, edges: int) -> Json:
    names = [f"n{k:03}" for k in range(nodes)]
    pairs = [[a, b] for i, a in enumerate(names) for b in names[i + 1 :]]
    return {"graph": {"nodes": names, "latents": [], "edges": pairs[:edges]}}


def with_graph(nodes: int, edges: int) -> Json:
    locality = graph(nodes, edges)
    names = locality["graph"]["nodes"]
    done = [{"independence": [[n], names[:k], []]} for k, n in enumerate(names) if k and not edges]
    one = {"name": "LC", "text": "LC", "statements": done, "locality": locality}
    return undecided(atoms=sorted(names), assumptions=[one])


def root(order: int) -> Json:
    """2 cos(2π/order) for an odd prime."""
    numerators = [-1] * (order - 1)
    numerators[0], numerators[1] = -1, 0
    return {"cyclotomic": {"order": order, "numerators": numerators, "denominator": 1}}


UP = {"word": "up"}
LIMITS: dict[str, tuple[Callable[[int], Json], int]] = {
    "the name of a variable": (lambda n: undecided(atoms=["A" * n]), 200),
    "a slot": (
        lambda n: undecided(goal=sums(term(factors=[[["A = " + "x" * (n - 4)], []]]))),
        400,
    ),
    "a text": (lambda n: undecided(notes=["x" * n]), 100_000),
    "the text of an assumption": (lambda n: undecided(assumptions=assumed(text="x" * n)), 100_000),
    "notes": (lambda n: undecided(notes=["x"] * n), 1_000),
    "assumptions": (lambda n: undecided(assumptions=assumed(n)), 1_000),
    "claims of a model": (
        lambda n: undecided(
            goal={
                "each": [{"name": f"n{k}", "text": "…", "all": [ALONE]} for k in range(n)],
                "wanted": True,
            }
        ),
        1_000,
    ),
    "a line": (lambda n: undecided(source={**undecided()["source"], "line": n}), 10**9),
    "factors": (lambda n: undecided(assumptions=assumed(statement=equation(n))), 1_000),
    "terms of a sum": (lambda n: undecided(goal=sums(*[term()] * n)), 2_000),
    "forms": (lambda n: undecided(goal=bound(*[form()] * n)), 256),
    "forms of which the least counts": (
        lambda n: undecided(goal=bound({"least": [form()] * n})),
        256,
    ),
    "terms of a form": (lambda n: undecided(goal=bound(form(n))), 20_000),
    "the depth of a quantity": (lambda n: undecided(goal=relation(wrapped(n))), 100),
    "the size of a quantity": (
        lambda n: undecided(goal=relation({"plus": [{"constant": "0"}] * (n - 2)})),
        50_000,
    ),
    "the depth of a tuple": (lambda n: undecided(values={"A": [nested(n, UP)]}), 50),
    "the size of a tuple": (lambda n: undecided(values={"A": [[UP] * (n - 1)]}), 250),
    "a word": (lambda n: undecided(values={"A": [{"word": "x" * n}]}), 200),
    "digits of a number": (lambda n: undecided(values={"A": ["-" + "1" * n]}), 4_000),
    "digits in a text": (lambda n: undecided(notes=["1" * n]), 4_000),
    "a common denominator": (
        lambda n: undecided(
            goal=bound({"constant": "0", "terms": [
                [f"1/{2 ** (n - 10_000)}", {"A": "0"}, {}], [f"1/{3 ** 6309}", {"A": "0"}, {}]]})
        ),
        20_000,
    ),
    "the order of roots of unity": (
        lambda n: undecided(values={"A": [root({1: 1_999, 2: 2_003}[n])]}),
        1,
    ),
    "space dimensions": (lambda n: undecided(assumptions=in_spacetime(dimension=n)), 10),
    "pieces of a region": (
        lambda n: undecided(assumptions=in_spacetime(places={"A": region(n)})),
        64,
    ),
    "cones": (
        lambda n: undecided(assumptions=in_spacetime(dimension=2, places={"A": cones(n)})),
        24,
    ),
    "places": (
        lambda n: undecided(
            atoms=[f"n{k:02}" for k in range(n)],
            assumptions=assumed(
                text="LC and more",
                statement={"positive": ["n01"]},
                locality=local(places={f"n{k:02}": region() for k in range(n)}),
            ),
        ),
        60,
    ),
    "declarations": (
        lambda n: undecided(
            assumptions=in_spacetime(complete=[{"names": ["A"], "region": region()}] * n)
        ),
        12,
    ),
    "pieces of all declarations": (
        lambda n: undecided(
            assumptions=in_spacetime(
                complete=[{"names": ["A"], "region": region(k)} for k in (32, n - 32)]
            )
        ),
        64,
    ),
    "states": (lambda n: undecided(assumptions=in_spacetime(states=n)), 60),
    "a coordinate": (
        lambda n: undecided(assumptions=in_spacetime(places={"A": region(at="1" * n)})),
        200,
    ),
    "a denominator in 1+1": (
        lambda n: undecided(
            assumptions=in_spacetime(places={"A": region(at=f"1/{10**50 + n - 1}")})
        ),
        1,
    ),
    "bounds in 1+1": (
        lambda n: undecided(
            atoms=list("ABCDEF"),
            assumptions=assumed(
                text="LC and more",
                locality=local(
                    places={
                        **{f: [{**z, "t + x": z["t - x"]} for z in r] for f, r in grid(n).items()}
                    }
                ),
            ),
        ),
        39,
    ),
    "nodes of a graph": (lambda n: with_graph(n, 0), 200),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_the_same(tmp_path: Path, name: str) -> None:
    make, most = LIMITS[name]
    at, beyond = (json.dumps(make(n)).encode() for n in (most, most + 1))
    assert opinions(at, Verifier(), tmp_path) == ("", "")
    assert all(opinions(beyond, Verifier(), tmp_path)), opinions(beyond, Verifier(), tmp_path)


def test_nesting_bytes_and_orders(tmp_path: Path) -> None:
    """What is seen before anything is read."""
    verifier = Verifier()
    raw = json.dumps(undecided()).encode()
    for size, fine in ((4_000_000, True), (4_000_001, False)):
        said = opinions(raw + b" " * (size - len(raw)), verifier, tmp_path)
        assert [not x for x in said] == [fine, fine]
    wide = json.dumps(undecided(notes=["é" * 99_000] * 22), ensure_ascii=False).encode()
    assert len(wide) > 4_000_000 > len(wide.decode())
    assert all(opinions(wide, verifier, tmp_path))
    for orders, fine in (((3, 4, 5), True), ((41, 43), True), ((43, 47), False)):
        # NB: no such key is allowed there, but they come first.
        data = undecided(notes=[{"order": n} for n in orders])
        said = opinions(json.dumps(data).encode(), verifier, tmp_path)
        assert [("roots of unity" in x) for x in said] == [not fine, not fine]
    for depth in (250, 251):
        data = undecided(notes=nested(depth - 2, []))
        said = opinions(json.dumps(data).encode(), verifier, tmp_path)
        assert [("deep" in x) for x in said] == [depth > 250] * 2


def in_circuit(change: Callable[[Json, int], None], n: int) -> bytes:
    data = copy.deepcopy(json.loads(of_circuits()["wings/one coin"]))
    change(data["model"]["circuit"], n)
    return json.dumps(data).encode()


def more_nodes(circuit: Json, n: int) -> None:
    idle = {**circuit["nodes"][0], "coin": [], "inputs": [], "table": [[[None, []], 0]]}
    circuit["nodes"] += [{**idle, "name": f"idle{k}"} for k in range(n - len(circuit["nodes"]))]


def more_legs(circuit: Json, n: int) -> None:
    path = circuit["signals"][1]["path"]
    (t, (x,)), (u, (y,)) = path[0], path[-1]
    start, way = (Fraction(t), Fraction(x)), (Fraction(u) - Fraction(t), Fraction(y) - Fraction(x))
    parts = [Fraction(k, n - 1) for k in range(1, n - 1)]
    path[1:-1] = [[str(start[0] + p * way[0]), [str(start[1] + p * way[1])]] for p in parts]


def long_label(circuit: Json, n: int) -> None:
    old, new = circuit["nodes"][0]["name"], "n" * n
    circuit["nodes"][0]["name"] = new
    for signal in circuit["signals"]:
        signal["source"] = new if signal["source"] == old else signal["source"]


def large_value(circuit: Json, n: int) -> None:
    node = circuit["nodes"][0]
    for row in node["table"]:
        row[1] = n if row[1] else 0
    for signal in circuit["signals"]:
        for row in signal["carries"]:
            row[0] = n if row[0] else 0


IN_CIRCUITS: dict[str, tuple[Callable[[Json, int], None], int]] = {
    "nodes": (more_nodes, 500),
    "legs": (more_legs, 200),
    "a label": (long_label, 200),
    "a value": (large_value, 10**9),
}


@pytest.mark.parametrize("name", IN_CIRCUITS)
def test_limits_of_circuits_are_the_same(tmp_path: Path, name: str) -> None:
    change, most = IN_CIRCUITS[name]
    assert opinions(in_circuit(change, most), Verifier(), tmp_path) == ("", "")
    assert all(opinions(in_circuit(change, most + 1), Verifier(), tmp_path))
