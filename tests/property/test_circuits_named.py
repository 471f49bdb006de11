"""What is refuted stays refuted when the rest of every slice gets a name.

Random scenes are written as files, with claims that local causality entails an independence and
with models that may obey it. All that the command says of them is then held against a second file,
which names the state on the rest of each slice that carries a declaration, or on the whole of it:
a claim that was refuted must not follow there, and what follows there must hold in every model that
was found to obey local causality. Each such contradiction would be a wrong refutation.

LPC_FUZZ_SCENES says how many scenes are gone through by hand.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import combinations, product
from random import Random

import pytest

import lpc
from tests.property.scenes import Layout, Named, a_layout, a_point, a_staircase, whole

FILES = int(os.environ.get("LPC_FUZZ_SCENES", "0")) or 16
PARTS = 4

Claim = tuple[str, str, frozenset[str]]
Table = dict[str, str]


def text(
    places: Mapping[str, Named],
    declared: list[tuple[frozenset[str], Named]],
    claims: list[Claim],
    models: list[Table],
) -> str:
    """A file. Every model gives every variable of the first file a value made of coins."""
    lines = ["spacetime 1+1 { origin = point t = 0, x = 0 }"]
    lines += [f"variables {{ {name} at {place.text} }}" for name, place in places.items()]
    lines += [f"complete {', '.join(sorted(names))} on {on.text}" for names, on in declared]
    lines.append("assume LC : local causality")
    for k, table in enumerate(models):
        coins = " ; ".join(f"fresh r{n} ~ uniform {{0, 1}}" for n in range(3))
        values = " ; ".join(f"{name} := {value}" for name, value in table.items())
        lines.append(f"model m{k} {{ {coins} ; {values} }}")
    lines += [f"claim : LC entail {said(claim)}" for claim in claims]
    lines += [f"claim : m{k} satisfies LC" for k in range(len(models))]
    return "\n".join(lines) + "\n"


def said(claim: Claim) -> str:
    x, y, given = claim
    return f"{x} ⊥ {y}" + (f" | {', '.join(sorted(given))}" if given else "")


def verdicts(file: str) -> list[str]:
    report = lpc.check(lpc.parse(file), effort=None)
    assert not [d for d in report.diagnostics if d.severity.value == "error"], file
    return [item.verdict.value for item in report.items]


def some_claims(rng: Random, layout: Layout) -> list[Claim]:
    """What completeness screens off, or would if more were complete."""
    names = sorted(layout.places)
    states = sorted(n for n in names if n.startswith("s"))
    found = []
    for _ in range(3):
        x, y = rng.sample(names, 2)
        given = {n for n in states if rng.random() < 0.7} | {n for n in names if rng.random() < 0.1}
        found.append((x, y, frozenset(given - {x, y})))
    return list(dict.fromkeys(found))


def a_table(rng: Random, layout: Layout) -> Table:
    """Each variable tells nothing, a coin, or the parity of two."""
    values = ["0", "r0", "r0", "r1", "r2", "(r0 + r1) mod 2", "2 * r0 + r1"]
    return {name: rng.choice(values) for name in layout.places}


def holds(table: Table, claim: Claim) -> bool:
    """Whether the independence holds in the model, by counting."""
    x, y, given = claim
    counts: dict[tuple[int, int, tuple[int, ...]], int] = {}
    for r0, r1, r2 in product((0, 1), repeat=3):
        coins = {"0": 0, "r0": r0, "r1": r1, "r2": r2}
        coins |= {"(r0 + r1) mod 2": (r0 + r1) % 2, "2 * r0 + r1": 2 * r0 + r1}
        key = coins[table[x]], coins[table[y]], tuple(coins[table[n]] for n in sorted(given))
        counts[key] = counts.get(key, 0) + 1

    def count(*fixed: object) -> int:
        return sum(
            n
            for key, n in counts.items()
            if all(f is None or f == k for f, k in zip(fixed, key, strict=True))
        )

    keys = list(counts)
    return all(
        count(a, b, c) * count(None, None, c) == count(a, None, c) * count(None, b, c)
        for a, b, c in {(k[0], n[1], k[2]) for k in keys for n in keys if k[2] == n[2]}
    )


def wider(
    rng: Random, layout: Layout
) -> tuple[dict[str, Named], list[tuple[frozenset[str], Named]]]:
    """The same with the rest of each slice named, or all of it."""
    places, declared = dict(layout.places), list(layout.declared)
    times = sorted({t for _, on in layout.declared for t in on.region.slice_times})
    for k, t in enumerate(times[:2]):
        rest = whole(t)
        if rng.random() < 0.6:
            for _, on in layout.declared:
                rest = rest - on
        if not rest.region.is_empty:
            places[f"L{k}"] = rest
            declared.append((frozenset({f"L{k}"}), rest))
    return places, declared


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_refuted_stays_refuted_when_the_rest_is_named(part: int) -> None:
    refuted = satisfied = 0
    for number in range(part, FILES, PARTS):
        rng = Random(f"named {number}")
        layout = a_staircase(rng) if number % 4 == 0 else a_layout(rng, most=2)
        layout = without_the_placeless(layout)
        claims, models = some_claims(rng, layout), [a_table(rng, layout) for _ in range(2)]
        found = verdicts(text(layout.places, list(layout.declared), claims, models))
        obeyed = [m for m, v in zip(models, found[len(claims) :], strict=True) if v == "holds"]
        more = [
            (x, y, given)
            for x, y in combinations(sorted(layout.places), 2)
            for given in [frozenset(n for n in layout.places if n[0] == "s" and n not in (x, y))]
            if not all(holds(table, (x, y, given)) for table in obeyed)
        ]
        more = rng.sample(more, min(len(more), 2))
        places, declared = wider(rng, layout)
        asked = [c for c, v in zip(claims, found, strict=False) if v == "refuted"]
        again = verdicts(text(places, declared, [*asked, *more], []))
        for claim, verdict in zip(asked, again, strict=False):
            assert verdict != "entailed", (number, said(claim), layout.declared)
        for claim, verdict in zip(more, again[len(asked) :], strict=False):
            for table in obeyed if verdict == "entailed" else ():
                assert holds(table, claim), (number, said(claim), table)
        refuted += len(asked)
        satisfied += len(obeyed)
    assert refuted + satisfied > FILES // PARTS


def without_the_placeless(layout: Layout) -> Layout:
    declared = tuple((names - {"U"}, on) for names, on in layout.declared)
    return Layout(layout.scene, layout.places, declared, layout.full)


def test_a_point_is_told_as_it_is_written() -> None:
    """The text of a region means the region."""
    rng = Random(0)
    for _ in range(40):
        layout = a_layout(rng)
        names = layout.places
        file = "spacetime 1+1 { o = point t = 0, x = 0 }\n" + "".join(
            f"variables {{ {n} at {place.text} }}\n" for n, place in names.items()
        )
        document = lpc.parse(file)
        for variable in document.variables:
            place = document.scene.places[variable.name]
            assert place == names[variable.name].region
    assert a_point(rng).text.startswith("point")
