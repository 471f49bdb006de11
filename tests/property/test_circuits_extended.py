"""What the search says of a model stays true when the rest of every slice is named.

A model that is said to obey local causality comes with a circuit. Naming more, the state on the
rest of a slice or on all of it, adds variables whose values in that circuit are what is present
there; then every premise that local causality yields with the new names must hold of them, counted
world by world. So no claim that the circuit refutes is entailed with more names.

Only the quick part of the search is asked, with few events and a bounded effort, so some scenes in
which a longer search finds a circuit are passed over; the tests count how many are not.
`test_circuits_named` asks the command itself, all of it, of fewer scenes.

LPC_FUZZ_SCENES says how many scenes are gone through, 2,000 unless told otherwise.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from random import Random

import pytest

from lpc.kernel.models import FiniteModel
from lpc.logic.effort import Effort, EffortSpent
from lpc.search.circuits import CircuitSearch
from lpc.search.circuits.events import EventGraph
from lpc.spacetime import Complete, Scene, Screening, Space, local_causality
from lpc.spacetime.circuits import Circuit, is_present, runs
from lpc.spacetime.scene import together
from tests.property.scenes import Layout, Named, a_layout, a_staircase
from tests.property.test_circuits_named import wider, without_the_placeless

SCENES = int(os.environ.get("LPC_FUZZ_SCENES", "2000"))
PARTS = 16
EFFORT = 1000
"""Units for each circuit sought; most that are found at all take fewer."""

World = tuple[Fraction, dict[str, object]]


def a_scene(places: dict[str, Named], declared: list[tuple[frozenset[str], Named]]) -> Scene:
    complete = tuple(Complete(names, on.region, tuple(sorted(names))) for names, on in declared)
    return Scene(Space(1), {}, {n: p.region for n, p in places.items()}, complete)


def a_model(rng: Random, layout: Layout) -> FiniteModel:
    """Each variable tells nothing, one of two fair coins, or their parity."""
    columns = [(0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0)]
    chosen = [rng.choice(columns) for _ in layout.places]
    rows = [(outcome, Fraction(1, 4)) for outcome in zip(*chosen, strict=True)]
    return FiniteModel.create(tuple(layout.places), rows)


class QuickSearch(CircuitSearch):
    """The search for circuits with few events and little effort."""

    def graphs(self) -> Iterator[EventGraph]:
        """The smallest graph alone."""
        yield next(super().graphs())

    def quick(self, model: FiniteModel) -> Circuit | None:
        """A circuit, None when none is found with little effort."""
        try:
            return self.realise(model, tick=Effort(EFFORT).tick)
        except EffortSpent:
            return None


def worlds(circuit: Circuit, added: dict[str, Named]) -> list[World]:
    """All worlds of a circuit, with what is present where new names live."""
    sites = [*(n.name for n in circuit.nodes), *(s.name for s in circuit.signals)]
    seen = {name: [s for s in sites if is_present(circuit, s, on.region)]
            for name, on in added.items()}  # fmt: skip
    return [
        (
            run.weight,
            {
                **run.variables,
                **{name: tuple(run.sites[s] for s in here) for name, here in seen.items()},
            },
        )
        for run in runs(circuit)
    ]


def premises(scene: Scene) -> list[Screening]:
    """By each declaration alone and by all together; the search tries every sum of them."""
    alone = [together(scene, (one,)) for one in scene.complete]
    chosen = dict.fromkeys([*alone, together(scene, scene.complete)])
    return [*local_causality(scene, tuple(scene.places), chosen=chosen)]


def breaks(found: list[World], x: frozenset[str], y: frozenset[str], z: frozenset[str]) -> bool:
    """Whether X ⊥ Y | Z fails, by adding weights up."""

    def values(world: dict[str, object], names: frozenset[str]) -> tuple[object, ...]:
        return tuple(world[n] for n in sorted(names))

    both: Counter[object] = Counter()
    ones: Counter[object] = Counter()
    others: Counter[object] = Counter()
    given: Counter[object] = Counter()
    for weight, world in found:
        a, b, c = (values(world, names) for names in (x, y, z))
        both[a, b, c] += weight
        ones[a, c] += weight
        others[b, c] += weight
        given[c] += weight
    return any(
        both[a, b, c] * given[c] != ones[a, c] * others[b, c]
        for a, c in list(ones)
        for b, d in list(others)
        if c == d
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_a_circuit_obeys_what_more_names_yield(part: int) -> None:
    realised = told = 0
    for number in range(part, SCENES, PARTS):
        rng = Random(f"extended {number}")
        layout: Layout = a_staircase(rng) if number % 4 == 0 else a_layout(rng, most=2)
        layout = without_the_placeless(layout)
        scene = a_scene(dict(layout.places), list(layout.declared))
        circuit = QuickSearch(scene).quick(a_model(rng, layout))
        if circuit is None:
            continue
        realised += 1
        places, declared = wider(rng, layout)
        found = worlds(circuit, {n: p for n, p in places.items() if n not in layout.places})
        for premise in premises(a_scene(places, declared)):
            said = premise.independence
            told += 1
            assert not breaks(found, said.x, said.y, said.z), (number, str(said))
    assert realised > SCENES // PARTS // 8
    assert told > SCENES // PARTS // 4
