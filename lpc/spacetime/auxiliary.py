"""States of whole slices that a file does not name.

A proof may speak of what the file leaves unnamed: the complete state on all of space at a moment
t. Every circuit has one, namely all the values that are present on that slice taken together; it
lives on the slice, is complete there, and the part of it in any other complete region is a
function of what is complete there. So whatever follows from local causality with such a variable,
and does not speak of it, follows from local causality.

Source: DESIGN 1.2, "Proofs may name what the file does not".
"""

from __future__ import annotations

from collections.abc import Iterable

from lpc.spacetime.limits import Tick, untimed
from lpc.spacetime.numbers import Number, exact
from lpc.spacetime.regions import whole_slice
from lpc.spacetime.scene import Complete, Scene, specifications, together
from lpc.spacetime.screening import Screening, local_causality

MAX_STATES = 3


def state_name(t: Number) -> str:
    """The name of the state on all of space at time t; no variable of a file can have it.

    >>> state_name(0)
    'state(0)'
    """
    return f"state({t})"


def with_states(scene: Scene, times: Iterable[Number]) -> Scene:
    """The scene with a variable for the complete state on the whole slice at each of the times.

    >>> from lpc.spacetime import Space
    >>> scene = with_states(Scene(Space(1), {}, {}), [0])
    >>> scene.complete[0].region.describe()
    'every x at t = 0'
    """
    places, complete = dict(scene.places), list(scene.complete)
    for t in times:
        name, everywhere = state_name(t), whole_slice(scene.space.dimension, exact(t))
        places[name] = everywhere
        complete.append(Complete(frozenset((name,)), everywhere, (name,)))
    return Scene(scene.space, scene.regions, places, tuple(complete))


def local_causality_with_states(
    scene: Scene, times: Iterable[Number], tick: Tick = untimed
) -> tuple[Screening, ...]:
    """The premises of local causality when the states of some whole slices have names.

    What is declared adds up as without them; each state is a specification by itself, since it
    holds all that is complete on its slice.
    """
    moments = tuple(times)
    wide = with_states(scene, moments)
    states = wide.complete[len(scene.complete) :]
    chosen = [*specifications(scene), *(together(wide, (state,)) for state in states)]
    return local_causality(wide, tuple(wide.places), tick, chosen)


def unnamed_moments(scene: Scene) -> tuple[Number, ...]:
    """Moments at which the state of all of space is worth a name: those of what is complete.

    Not those at which it has a name already. At most `MAX_STATES`, earliest first.
    """
    times: set[Number] = set()
    for declaration in scene.complete:
        region = declaration.region
        times |= region.slice_times
        if region.is_thick:
            times |= region.critical_times()
    named = {
        t
        for t in times
        if any(whole_slice(scene.space.dimension, t).is_subset(c.region) for c in scene.complete)
    }
    return tuple(sorted(times - named)[:MAX_STATES])
