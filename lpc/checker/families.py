"""Which models `lpc relax` ranges over: what the named assumptions say, in words and as data.

Terms
-----
settings
    λ ⊥ a, b or λ ⊥ b: how the hidden variables depend on the settings of `seen` parties.
one side
    λ_a ⊥ b, B | a, λ fails, and its mirror image holds. Then P(A, B | a, b, λ) is a product.
both sides
    The independence and its mirror image fail. The microstates may know of each other, unless an
    assumption that is said to hold, λ_a ⊥ λ_b | a, b, λ, makes P(A, B | a, b, λ) a product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lpc.checker.context import Context
from lpc.kernel.behaviours import ReadingError
from lpc.language.suggest import nearest
from lpc.logic import CommonCauses, Independence, LocalCausality, Monomials, Statement
from lpc.search.bounds import Party
from lpc.search.reading import is_equivalent, read_equation

Atoms = frozenset[str]


class Kind(Enum):
    """The families that are known here."""

    SETTINGS = "settings"
    PRODUCT = "product"
    CORRELATED = "correlated"


@dataclass(frozen=True, slots=True)
class Shape:
    """An independence that may fail: of `seen` settings, or of the `dependent` party's far side."""

    name: str
    statement: Independence
    hidden: Atoms
    seen: tuple[int, ...] = ()
    dependent: int | None = None
    state: Atoms = frozenset()
    counts_results: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """All that is relaxed, what holds all the same, and all microstates of the file by party."""

    kind: Kind
    shapes: tuple[Shape, ...]
    holding: tuple[str, ...]
    parties: tuple[Party, ...]
    microstates: tuple[tuple[int, Atoms], ...]

    @property
    def seen(self) -> tuple[int, ...]:
        """The parties whose settings the hidden variables depend on."""
        return self.shapes[0].seen

    @property
    def knows(self) -> tuple[bool, bool]:
        """Which microstates depend on the far side."""
        dependent = {shape.dependent for shape in self.shapes}
        return (0 in dependent, 1 in dependent)


def family_of(
    context: Context, names: Sequence[str], holding: Sequence[str], parties: tuple[Party, ...]
) -> Family:
    """The family in which the named assumptions fail, and those after `holding` do not.

    Raises: ReadingError where it is none of those that are known here.
    """
    shapes = tuple(_shape(context, name, parties) for name in names)
    for shape in shapes:
        _can_fail(context, shape, parties)
    for name in holding:
        if not _separates(context, name, shapes, parties):
            raise ReadingError(
                f"--holding {name} is of no use here: what can be said to hold is the independence "
                "of both microstates from each other, λ_a ⊥ λ_b | a, b, λ, when both "
                "microstate independences fail"
            )
    kind = _kind(shapes, bool(holding))
    if len(shapes) == 2:
        _same_state(context, shapes)
    if kind is Kind.CORRELATED:
        _counts_results(shapes, parties)
    return Family(kind, shapes, tuple(holding), parties, _microstates(context, parties))


def _can_fail(context: Context, shape: Shape, parties: tuple[Party, ...]) -> None:
    """Raises: ReadingError where local causality in the file keeps the far settings out."""
    local = context.local_causality_names
    x, y, z = shape.statement.x, shape.statement.y, shape.statement.z
    far = {p.setting for k, p in enumerate(parties) if k != shape.dependent}
    sides = (x, y & far) if shape.hidden == x else (x & far, y)
    if local and context.theory(local).proves(Independence.create(*sides, z)):
        raise ReadingError(
            f"{shape.name} cannot fail by the settings here: {', '.join(local)} alone keeps "
            f"{context.show(shape.hidden)} free of {context.show(far)}, so no model of local "
            "causality reaches more; let the settings depend on the past as well"
        )


def _kind(shapes: Sequence[Shape], separate: bool) -> Kind:
    dependent = sorted(shape.dependent for shape in shapes if shape.dependent is not None)
    if len(shapes) == 1:
        return Kind.PRODUCT if dependent else Kind.SETTINGS
    if len(shapes) == 2 and dependent == [0, 1]:
        return Kind.PRODUCT if separate else Kind.CORRELATED
    raise ReadingError(
        "relax one independence of the settings, or one of microstates for each party: "
        "--assumption MI_a --assumption MI_b"
    )


def _same_state(context: Context, shapes: Sequence[Shape]) -> None:
    one, two = shapes
    if one.state != two.state:
        raise ReadingError(
            f"{one.name} is given {context.show(one.state)} but {two.name} is given "
            f"{context.show(two.state)}: let both be given the same state of the pair"
        )


def _counts_results(shapes: Sequence[Shape], parties: tuple[Party, ...]) -> None:
    for shape in shapes:
        if not shape.counts_results:
            far = parties[1 - (shape.dependent or 0)]
            raise ReadingError(
                f"{shape.name} speaks of {far.setting} and not of {far.result}: correlated "
                "microstates then reach whatever does not signal, already at M = 0; let it speak "
                f"of {far.setting}, {far.result}, or add --holding and the name of λ_a ⊥ λ_b | "
                "a, b, λ"
            )


def _microstates(context: Context, parties: tuple[Party, ...]) -> tuple[tuple[int, Atoms], ...]:
    """The party and the atoms of every microstate that an assumption of the file speaks of."""
    shapes = (
        _read(name, s, x, y, parties)
        for name, assumption in context.document.assumptions.items()
        if not isinstance(assumption.formula, LocalCausality | CommonCauses)
        for s, x, y in _sides(context, name)
    )
    found = {s.dependent: s.hidden for s in shapes if s is not None and s.dependent is not None}
    return tuple(found.items())


def _shape(context: Context, name: str, parties: tuple[Party, ...]) -> Shape:
    for s, x, y in _sides(context, name):
        if (found := _read(name, s, x, y, parties)) is not None:
            return found
    raise ReadingError(
        f"{name} cannot be relaxed here: it is neither an independence of hidden variables and "
        "settings, such as λ ⊥ a, b, nor one of a microstate and the far setting, such as "
        "λ_a ⊥ b, B | a, λ"
    )


def _sides(context: Context, name: str) -> list[tuple[Independence, Atoms, Atoms]]:
    """An assumption that says a single independence, with its sides both ways round."""
    if name not in context.formulas:
        known = ", ".join(context.document.assumptions) or "none"
        meant = nearest(name, context.document.assumptions)
        hint = f"did you mean {meant}?" if meant else f"it has: {known}"
        raise ReadingError(f"the file has no assumption {name}; {hint}")
    statements = context.statements(name)
    s = _independence(statements[0]) if len(statements) == 1 else None
    return [] if s is None else [(s, s.x, s.y), (s, s.y, s.x)]


def _independence(statement: Statement) -> Independence | None:
    """The one independence that a statement says, also as an equation: P(λ | a, b) = P(λ)."""
    match statement:
        case Independence():
            return statement
        case Monomials():
            readings = read_equation(statement)
            return next((f.statement for f in readings if is_equivalent(statement, (f,))), None)
    return None


def _read(
    name: str, s: Independence, hidden: Atoms, other: Atoms, parties: tuple[Party, ...]
) -> Shape | None:
    results = {p.result: k for k, p in enumerate(parties)}
    settings = {p.setting: k for k, p in enumerate(parties)}
    public = {*results, *settings}
    if hidden & public or not hidden or not other <= public:
        return None
    if other <= set(settings) and not s.z:
        return Shape(name, s, hidden, tuple(sorted(settings[n] for n in other)))
    own, state = {settings[n] for n in s.z if n in settings}, s.z - set(settings)
    far = {settings[n] for n in other if n in settings}
    far_results = {results[n] for n in other if n in results}
    fits = len(parties) == 2 and len(own) == len(far) == 1 and own != far and far_results <= far
    if not fits or not state or state & public:
        return None
    return Shape(name, s, hidden, dependent=min(own), state=state, counts_results=bool(far_results))


def _separates(
    context: Context, name: str, shapes: Sequence[Shape], parties: tuple[Party, ...]
) -> bool:
    """Whether an assumption is λ_a ⊥ λ_b | a, b, λ for the microstates of the shapes."""
    given = shapes[0].state | {p.setting for p in parties}
    hidden = [shape.hidden for shape in shapes]
    return any([x, y] == hidden and s.z == given for s, x, y in _sides(context, name))


# In words: the measure, the family, the argument.


def words(context: Context, family: Family) -> tuple[str, str, str]:
    """What M is, what the maximum ranges over, and why it is the maximum."""
    if family.kind is Kind.SETTINGS:
        return _of_settings(context, family)
    one, two = family.parties
    state = context.show(family.shapes[0].state)
    measure = " and ".join(_measure(context, shape, family.parties) for shape in family.shapes)
    if len(family.shapes) == 2:
        measure = f"the larger of two, {measure}"
    common = (
        f"all models, of whatever size, with local causality in which {state} is independent of "
        f"{one.setting}, {two.setting}; each result depends on {state}, its own setting and its "
        "own microstate; all choices of the settings have positive probability"
    )
    if family.kind is Kind.CORRELATED:
        return measure, f"{common}. {_FREE}", _correlated(context, family)
    return measure, f"{common}; {_product(context, family)}", _argument(context, family)


_FREE = (
    "Nothing else is assumed of the microstates: they may be correlated with each other in any way "
    "that keeps M."
)


def _of_settings(context: Context, family: Family) -> tuple[str, str, str]:
    parties = family.parties
    seen = ", ".join(parties[k].setting for k in family.seen)
    every = ", ".join(p.setting for p in parties)
    hidden = context.show(family.shapes[0].hidden)
    factors = " ".join(f"P({p.result} | {p.setting}, {hidden})" for p in parties)
    results = ", ".join(p.result for p in parties)
    rest = "" if len(family.seen) == len(parties) else (
        f", and {hidden} is independent of the other settings given {seen}"
    )  # fmt: skip
    measure = (
        f"the supremum, over two choices of {seen}, of the L1 distance between the two conditional "
        f"distributions of {hidden}; 0 when {hidden} is independent of them, 2 when it tells them "
        "apart"
    )
    models = (
        f"all models, of whatever size, in which P({results} | {every}, {hidden}) = {factors} and "
        f"P({hidden} | {every}) is arbitrary with distances at most M{rest}. All choices of the "
        "settings have positive probability."
    )
    argument = (
        f"{hidden} may be taken as a deterministic strategy of the parties: refining it by local "
        "noise and forgetting the rest makes no distance larger. The maximum is then that of a "
        "linear program over the distributions of strategies, solved in exact arithmetic; each "
        "corner is proved by a feasible point and by prices of the dual program. The maximum is "
        "concave in M, and all its corners are found."
    )
    return measure, models, argument


def _measure(context: Context, shape: Shape, parties: tuple[Party, ...]) -> str:
    k = shape.dependent or 0
    mine, far = parties[k], parties[1 - k]
    names = f"{far.setting}, {far.result}" if shape.counts_results else far.setting
    hidden, given = context.show(shape.hidden), context.show(shape.state)
    return (
        f"the supremum, over {given}, {mine.setting} and two choices of ({names}), of the L1 "
        f"distance between the two distributions of {hidden} given {mine.setting}, {given} and "
        f"{names}"
    )


def _product(context: Context, family: Family) -> str:
    one, two = family.parties
    state = context.show(family.shapes[0].state)
    if len(family.shapes) == 1:
        k = family.shapes[0].dependent or 0
        mine, far = family.parties[k], family.parties[1 - k]
        return (
            f"and microstate independence holds on the other side: the microstate of {far.result} "
            f"is independent of {mine.setting}, {mine.result} given {far.setting}, {state}. It "
            f"does not matter whether M counts {far.result} or {far.setting} only."
        )
    hidden = " and ".join(context.show(s.hidden) for s in family.shapes)
    return (
        f"{hidden} are independent of each other given {one.setting}, {two.setting}, {state} "
        f"({', '.join(family.holding)}); and both distances are at most M."
    )


def _argument(context: Context, family: Family) -> str:
    one, two = family.parties
    state = context.show(family.shapes[0].state)
    carried = []
    for shape in family.shapes:
        mine = family.parties[shape.dependent or 0]
        carried.append(f"{context.show(shape.hidden)} = ({mine.setting}, {mine.result})")
    return (
        f"P({one.result}, {two.result} | {one.setting}, {two.setting}, {state}) is a product of "
        "two factors there. A result cannot show more of the far setting than its microstate "
        f"does, and shows as much for {' and '.join(carried)}: so M bounds how far each factor "
        "varies with the far setting, and nothing else does. The quantity is linear in each "
        f"factor, hence largest at corners of these bounds, which are enumerated. {state} can be "
        "held fixed, since M is a supremum over it."
    )


def _correlated(context: Context, family: Family) -> str:
    one, two = family.parties
    a, b = one.setting, two.setting
    left, right = one.result, two.result
    return (
        "a result cannot show more of the far side than its microstate does, and shows as much "
        f"when the microstate is the result; {context.show(family.shapes[0].state)} can be held "
        f"fixed. So M bounds, for each {a}, how far P({left} | {a}, {b}, {right}) varies with "
        f"({b}, {right}): an interval of length m = M/2, and likewise for {right}. Let {left} = + "
        f"have at least l, {left} = - at least l' = 1 - m - l, {right} = + at least u and "
        f"{right} = - at least u' = 1 - m - u. Then P({left} ≠ {right}) >= (l u' + u l')/(1 - m^2) "
        f"and P({left} = {right}) >= (l u + l' u')/(1 - m^2), by adding the inequalities that say "
        "so. The bounds are linear in each l and each u, so a sum of correlations is largest "
        "where each l and u is 0 or 1 - m; these cases are enumerated, and each is reached. "
        f"For terms in {left} alone or in {right} alone a linear program looks for such an "
        "argument at each M of the table, in exact arithmetic; where it finds a weaker one the "
        "two bounds differ."
    )
