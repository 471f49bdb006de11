"""`lpc relax`: the largest value of a quantity when an assumption fails by a given amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lpc.checker.bounds import quantum, read_quantity, told_answers, told_point
from lpc.checker.context import Context
from lpc.kernel.algebraic import NumberError, add
from lpc.kernel.behaviours import Form, ReadingError
from lpc.kernel.evaluate import Number, shown
from lpc.language.document import Document
from lpc.logic import Independence
from lpc.report.relaxed import Corner, Crossing, Relaxed, Stretch
from lpc.search.bounds import Party, Strategy, Table, algebraic_maximum
from lpc.search.curves import Law, Piece, upper
from lpc.search.limits import Stopwatch
from lpc.search.relaxed import (
    TWO,
    ZERO,
    Mean,
    MicrostateProblem,
    Mixture,
    Responses,
    SettingsProblem,
    pieces_of,
)

FINE = 80
Pieces = tuple[Piece[Any], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which family an independence belongs to: `seen` settings, or a `dependent` party."""

    hidden: str
    seen: tuple[int, ...] = ()
    dependent: int | None = None
    given: str = ""


def relax(
    document: Document,
    name: str,
    assumptions: Sequence[str],
    points: int = 11,
    told: Iterable[tuple[str, str]] = (),
    timeout: float | None = None,
) -> Relaxed:
    """The maximum of a quantity as a function of M.

    Raises: ReadingError, EvaluationError, TimeUp; NumberError beyond exact arithmetic.
    """
    if points < 2:
        raise ReadingError("at least two points are needed")
    watch = Stopwatch(timeout)
    watch.start()
    context = Context(document, watch)
    forms, parties, tables = read_quantity(document, name, told)
    if any(x is None for table in tables for _, given in table for x in given):
        raise ReadingError("a probability leaves the setting of some party open")
    shapes = [_shape(context, a, parties) for a in assumptions]
    constants = [_rational(form) for form in forms]
    dependent = {shape.dependent for shape in shapes} - {None}
    if len(shapes) == 1 and not dependent:
        (shape,) = shapes
        problems = [SettingsProblem(table, parties, shape.seen, watch.tick) for table in tables]
        curves = [
            pieces_of(problem.corners(), constant)
            for problem, constant in zip(problems, constants, strict=True)
        ]
        pieces = _largest(curves)
        corners = _mixtures(pieces, parties, shape.seen)
        stretches = [Stretch(p.start, p.end, str(p.law)) for p in pieces]
        words = _settings_words(shape, parties)
    elif len(dependent) == len(shapes):
        knows = (0 in dependent, 1 in dependent)
        laws = [
            (_raised(law, constant), found)
            for table, constant in zip(tables, constants, strict=True)
            for law, found in MicrostateProblem.create(table, parties, knows).candidates()
        ]
        pieces = upper(laws, ZERO, TWO)
        corners = ()
        stretches = [
            Stretch(p.start, p.end, str(p.law), _told_means(parties, p.source)) for p in pieces
        ]
        words = _microstate_words(shapes, parties)
    else:
        raise ReadingError(
            "relax one independence of the settings, or one of microstates for each party"
        )
    formulas = {n: str(a.formula) for n, a in context.formulas.items()}
    return Relaxed(
        document.path,
        name,
        tuple((a, formulas[a]) for a in assumptions),
        *words,
        tuple(stretches),
        corners,
        _crossings(pieces, forms, parties, tables),
        _points(pieces, points),
        _points(pieces, FINE + 1),
    )


def _rational(form: Form) -> Fraction:
    if not isinstance(form.constant, Fraction):
        raise ReadingError("the relaxation needs rational coefficients")
    return form.constant


def _raised(law: Law, constant: Fraction) -> Law:
    return Law(law.constant + constant, law.linear, law.square)


def _largest(curves: Sequence[Pieces]) -> Pieces:
    """The largest of some curves: between all their corners each follows one law."""
    marks = sorted({p.start for pieces in curves for p in pieces} | {TWO}, key=float)
    found: list[Piece[Any]] = []
    for start, end in pairwise(marks):
        inside = [
            (p.law, p.source) for pieces in curves for p in pieces if p.start <= start < p.end
        ]
        for piece in upper(inside, start, end):
            if found and found[-1].law == piece.law:
                piece = Piece(found[-1].start, piece.end, piece.law, found[-1].source)
                found.pop()
            found.append(piece)
    return tuple(found)


def _at(pieces: Pieces, m: Fraction) -> Number:
    return next(p.law.at(m) for p in pieces if p.start <= m <= p.end)


def _points(pieces: Pieces, count: int) -> tuple[tuple[Number, Number], ...]:
    marks = [Fraction(2 * k, count - 1) for k in range(count)]
    return tuple((m, _at(pieces, m)) for m in marks)


def _crossings(
    pieces: Pieces, forms: Sequence[Form], parties: tuple[Party, ...], tables: Sequence[Table]
) -> tuple[Crossing, ...]:
    """Where the quantum and the algebraic maximum are reached."""
    values: list[tuple[str, Number]] = []
    if (best := quantum(forms, parties, tables).value) is not None:
        values.append(("quantum", best))
    tops: list[Number] = []
    for form, table in zip(forms, tables, strict=True):
        found = algebraic_maximum(table, parties)
        if found is not None:
            tops.append(add(form.constant, found[0]))
    if tops:
        values.append(("algebraic", max(tops, key=float)))
    return tuple(Crossing(name, value, _first(pieces, value)) for name, value in values)


def _first(pieces: Pieces, value: Number) -> Number | None:
    for piece in pieces:
        if piece.law.at(piece.start) >= value:
            return piece.start
        try:
            found = piece.law.reaches(value, piece.start, piece.end)
        except NumberError:
            return None
        if found is not None:
            return found
    return None


# Which family.


def _shape(context: Context, name: str, parties: tuple[Party, ...]) -> Shape:
    """The family of an assumption.

    Raises: ReadingError where it is none of those that are known here.
    """
    if name not in context.formulas:
        known = ", ".join(context.document.assumptions)
        raise ReadingError(f"the file has no assumption {name}; it has: {known}")
    statements = context.statements(name)
    results = {p.result: k for k, p in enumerate(parties)}
    settings = {p.setting: k for k, p in enumerate(parties)}
    public = {*results, *settings}
    if len(statements) == 1 and isinstance(statements[0], Independence):
        s = statements[0]
        for x, y in ((s.x, s.y), (s.y, s.x)):
            if x & public or not x or not y <= public:
                continue
            hidden = context.show(x)
            if y <= set(settings) and not s.z:
                return Shape(hidden, tuple(sorted(settings[n] for n in y)))
            own, given = {settings[n] for n in s.z if n in settings}, s.z - set(settings)
            far = {settings[n] for n in y if n in settings}
            far_results = {results[n] for n in y if n in results}
            if (
                len(parties) == 2
                and len(own) == len(far) == 1
                and own != far
                and far_results <= far
                and given
                and not given & public
            ):
                return Shape(hidden, dependent=min(own), given=context.show(given))
    raise ReadingError(
        f"{name} cannot be relaxed here: it is neither an independence of hidden variables and "
        "settings, such as λ ⊥ a, b, nor one of a microstate and the far setting, such as "
        "λ_a ⊥ b, B | a, λ"
    )


def _settings_words(shape: Shape, parties: tuple[Party, ...]) -> tuple[str, str, str]:
    seen = ", ".join(parties[k].setting for k in shape.seen)
    every = ", ".join(p.setting for p in parties)
    hidden = shape.hidden
    factors = " ".join(f"P({p.result} | {p.setting}, {hidden})" for p in parties)
    results = ", ".join(p.result for p in parties)
    rest = "" if len(shape.seen) == len(parties) else (
        f", and {hidden} is independent of the other settings given {seen}"
    )  # fmt: skip
    measure = (
        f"the supremum, over two choices of {seen}, of the L1 distance between the two conditional "
        f"distributions of {hidden}; 0 when {hidden} is independent of them, 2 when it tells them "
        "apart"
    )
    family = (
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
    return measure, family, argument


def _microstate_words(shapes: Sequence[Shape], parties: tuple[Party, ...]) -> tuple[str, str, str]:
    one, two = parties
    measures, carried = [], []
    for shape in shapes:
        k = shape.dependent or 0
        mine, far = parties[k], parties[1 - k]
        measures.append(
            f"the supremum, over {shape.given}, {mine.setting} and two choices of ({far.setting}, "
            f"{far.result}), of the L1 distance between the two distributions of {shape.hidden} "
            f"given {mine.setting}, {shape.given} and {far.setting}, {far.result}"
        )
        carried.append(f"{shape.hidden} = ({mine.setting}, {mine.result})")
    state = shapes[0].given
    common = (
        f"all models with local causality in which {state} is independent of {one.setting}, "
        f"{two.setting}; each result depends on {state}, its own setting and its own microstate"
    )
    if len(shapes) == 1:
        k = shapes[0].dependent or 0
        mine, far = parties[k], parties[1 - k]
        family = (
            f"{common}; and microstate independence holds on the other side: the microstate of "
            f"{far.result} is independent of {mine.setting}, {mine.result} given {far.setting}, "
            f"{state}. It does not matter whether M counts {far.result} or {far.setting} only."
        )
    else:
        hidden = " and ".join(s.hidden for s in shapes)
        family = (
            f"{common}; {hidden} are independent of each other given {one.setting}, {two.setting}, "
            f"{state}; and both distances are at most M. Without that independence more can be "
            "reached, and the maximum is not computed."
        )
    argument = (
        f"P({one.result}, {two.result} | {one.setting}, {two.setting}, {state}) is a product of "
        "two factors there. A result cannot show more of the far setting than its microstate "
        f"does, and shows as much for {' and '.join(carried)}: so M bounds how far each factor "
        "varies with the far setting, and nothing else does. The quantity is linear in each "
        f"factor, hence largest at corners of these bounds, which are enumerated. {state} can be "
        "held fixed, since M is a supremum over it."
    )
    return " and ".join(measures), family, argument


# Strategies in words.


def _mixtures(
    pieces: Pieces, parties: tuple[Party, ...], seen: Sequence[int]
) -> tuple[Corner, ...]:
    found: dict[Fraction, Corner] = {}
    for piece in pieces:
        for mixture in piece.source:
            if mixture.m not in found and piece.start <= mixture.m <= piece.end:
                value = piece.law.at(mixture.m)
                found[mixture.m] = Corner(mixture.m, value, _told_mixture(mixture, parties, seen))
    return tuple(found[m] for m in sorted(found))


def _told_mixture(
    mixture: Mixture, parties: tuple[Party, ...], seen: Sequence[int]
) -> tuple[str, ...]:
    """The strategies that are used, and how often at each choice of settings."""
    used: dict[Strategy, str] = {}
    for shares in mixture.weights.values():
        for strategy in shares:
            used.setdefault(strategy, f"s{len(used) + 1}")
    lines = []
    for strategy, name in used.items():
        answers = "; ".join(
            f"{p.result} = {told_answers(p, answer)}"
            for p, answer in zip(parties, strategy, strict=True)
        )
        lines.append(f"{name}: {answers}")
    names = [parties[k].setting for k in seen]
    for group, shares in mixture.weights.items():
        listed = ", ".join(f"{used[s]} with {shown(share)}" for s, share in shares.items())
        lines.append(f"at {told_point(names, group)}: {listed}")
    return tuple(lines)


def _told_means(parties: tuple[Party, ...], found: Responses) -> tuple[str, ...]:
    lines = []
    for k, means in enumerate(found.means):
        mine, far = parties[k], parties[1 - k]
        for x, row in zip(mine.settings, means, strict=True):
            for y, mean in zip(far.settings, row, strict=True):
                point = told_point((mine.setting, far.setting), (x, y))
                lines.append(
                    f"P({mine.result} = {shown(mine.results[1])} | {point}) = {_chance(mean)}"
                )
    return tuple(lines)


def _chance(mean: Mean) -> str:
    """(1 + t)/2 for the mean t."""
    return str(Law((1 + mean[0]) / 2, mean[1] / 2))
