"""The kernel's rules about products as Metamath derivations: chain, reading, summation.

Intersection is among them: under positivity it is a fact about products.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lpc.certificates.metamath.database import Node, NotCovered
from lpc.certificates.metamath.products import (
    Equal,
    Powers,
    Products,
    context_term,
    independence_terms,
    quotient,
)
from lpc.certificates.metamath.sets import Atoms, Independent, Separoid, Sets
from lpc.certificates.metamath.statements import (
    Entry,
    concluded,
    from_canonical,
    independences,
    independent,
    positivities,
)
from lpc.kernel import Arguments
from lpc.kernel.vectors import conditions
from lpc.logic import Monomials, Positivity, Statement

Form = tuple[Powers, Equal]
Premises = Sequence[Entry]


def chain(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    """From the left side to the right side by links, then each positivity is discharged."""
    equation = _equation(goal)
    positive = positivities(premises)
    place = Products(sets, (*(x for x, _ in positive), *conditions(equation)))
    links = [e for e in premises if not isinstance(e.statement, Positivity)]
    form, proof = linked(place, place.normal_product(equation.left), links, arguments.signs)
    end, last = place.normal_product(equation.right)
    if form != end:
        raise NotCovered("the links do not lead to the right side")
    whole = place.then(proof, place.back(last))
    return discharged(place, whole, [node for _, node in positive]).node


def reading(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    """Both sides are divided by what they share beside p(xyz) p(z) and p(xz) p(yz)."""
    x, y, z = arguments.sets
    place, equation = Products(sets, (x | z, y | z)), _equation(premises[0].statement)
    start = place.weaker(tuple(conditions(equation)), equal(place, premises[0]))
    left = place.normal_product(equation.left)
    right = linked(place, place.normal_product(equation.right), premises[1:], arguments.signs)
    wanted = place.normal_powers(((x | y | z, 1), (z, 1)))[0]
    other = place.normal_powers(((x | z, 1), (y | z, 1)))[0]
    if Counter(quotient(left[0], right[0])) != Counter(quotient(wanted, other)):
        left, right, start = right, left, place.back(start)
    inverse = place.normal_powers(quotient(wanted, left[0]))
    both = place.both(start, place.same(inverse[1].a))
    sides = (place.normal_times(left, inverse), place.normal_times(right, inverse))
    fact = read_off(place, sides, both, (x, y, z))
    return concluded(Separoid(sets), fact, goal)


def summation(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    """One variable after the other; then what became 1 is cancelled."""
    before, after, (v,) = _equation(premises[0].statement), _equation(goal), arguments.sets
    old = Products(sets, tuple(conditions(before)))
    (left, one), (right, two) = (old.normal_product(s) for s in (before.left, before.right))
    e = old.then(old.back(one), equal(old, premises[0]), two)
    for atom in sorted(v):
        (left, one), (right, two) = (_in_front(old, side, atom) for side in (left, right))
        e = summed(old, old.then(one, e, old.back(two)), left, right, frozenset((atom,)))
        left, right = (((s - {atom}, n), *rest) for (s, n), *rest in (left, right))
        (left, one), (right, two) = (old.normal_powers(side) for side in (left, right))
        e = old.then(old.back(one), e, two)
    new = Products(sets, tuple(conditions(after)))
    (shown, first), (end, last) = (new.normal_product(s) for s in (after.left, after.right))
    (left, one), (right, two) = (new.normal_powers(side) for side in (left, right))
    if (shown, end) != (left, right):
        raise NotCovered("summation does not lead there")
    given = new.weaker(old.context, e)
    return new.then(first, new.back(one), given, two, new.back(last)).node


def intersection(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    """p(xzw) p(zy) = p(xzy) p(zw) by both premises; summed over w it is X ⊥ Y | Z."""
    (_, q), (x, y, w, z) = independences(premises), arguments.sets
    cover, positive = next(c for c in positivities(premises) if y | w | z <= c[0])
    place, bare = Products(sets, (cover,)), Products(sets, ())
    left: Powers = ((x | z | w, 1), (z | y, 1))
    right: Powers = ((z | w, 1), (x | z | y, 1))
    links = [e for e in premises if not isinstance(e.statement, Positivity)]
    form, proof = linked(place, place.normal_powers(left), links, (1, -1))
    end, last = place.normal_powers(right)
    if form != end:
        raise NotCovered("intersection does not apply")
    whole = discharged(place, place.then(proof, place.back(last)), [positive])
    e = summed(bare, whole, left, right, w)
    inside = Products(sets, (x | z, y | z))
    after = (
        inside.normal_powers(((z, 1), (x | z | y, 1))),
        inside.normal_powers(((x | z, 1), (z | y, 1))),
    )
    fact = read_off(inside, after, inside.back(inside.weaker((), e)), (x, y, z))
    separoid = Separoid(sets)
    return concluded(separoid, separoid.joined(fact, from_canonical(separoid, q, x, w)), goal)


def positive_part(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    """`pos.part`."""
    (x,) = arguments.sets
    whole, node = next(c for c in positivities(premises) if x <= c[0])
    terms = {"x": sets.term(whole), "y": sets.term(x)}
    return sets.prover.apply("pos.part", terms, node, sets.part(x, whole))


def linked(place: Products, start: Form, links: Premises, signs: Sequence[int]) -> Form:
    """The normal form after all links, and that it equals what `start` is the form of."""
    form, proof = start
    for entry, sign in zip(links, signs, strict=True):
        if isinstance(entry.statement, Monomials):
            equation = entry.statement
            link = place.weaker(tuple(conditions(equation)), equal(place, entry))
            ends = [place.normal_product(s) for s in (equation.left, equation.right)]
        else:
            fact = independent(entry)
            if not fact.x or not fact.y:
                continue
            link, left, right = place.independence(fact)
            ends = [place.normal_pair(right), place.normal_pair(left)]
            link = place.back(link)
        if sign == -1:
            link, ends = place.back(link), ends[::-1]
        form, step = place.replaced(form, link, ends[0], ends[1])
        proof = place.then(proof, step)
    return form, proof


def equal(place: Products, entry: Entry) -> Equal:
    """An entry that is an equation; its context is that of its own conditions."""
    equation = _equation(entry.statement)
    return Equal(place.product(equation.left), place.product(equation.right), entry.node)


def discharged(place: Products, e: Equal, positive: Sequence[Node]) -> Equal:
    """`pos.use`: the first sets of the context go, which are positive at every joint value."""
    node = e.node
    for k, fact in enumerate(positive):
        rest = context_term(place.sets, place.context[k + 1 :])
        terms = {"x": place.sets.term(place.context[k]), "G": rest, "a": e.a, "b": e.b}
        node = place.sets.prover.apply("pos.use", terms, fact, node)
    return Equal(e.a, e.b, node)


def read_off(
    place: Products, sides: tuple[Form, Form], middle: Equal, goal: tuple[Atoms, Atoms, Atoms]
) -> Independent:
    """`eq.ind` from `middle`, whose sides have the normal forms of p(xyz) p(z) and p(xz) p(yz)."""
    x, y, z = goal
    left = place.normal_pair(((x | y | z, 1), (z, 1)))
    right = place.normal_pair(((x | z, 1), (y | z, 1)))
    if (left[0], right[0]) != (sides[0][0], sides[1][0]):
        raise NotCovered("the two sides do not differ by that independence")
    inner = place.then(place.back(sides[0][1]), middle, sides[1][1])
    whole = place.then(left[1], inner, place.back(right[1]))
    bare = Independent(x, y, z, whole.node)
    terms, facts = independence_terms(place.sets, bare)
    node = place.sets.prover.apply("eq.ind", terms, *facts, whole.node)
    return Independent(x, y, z, node)


def summed(place: Products, e: Equal, left: Powers, right: Powers, w: Atoms) -> Equal:
    """`sum`: w goes from the first power of both sides of powers(left) = powers(right)."""
    sets, (x, y) = place.sets, (left[0][0], right[0][0])
    a, b = place.powers(left[1:]), place.powers(right[1:])
    names = {"x": x, "y": y, "w": w, "m": x - w, "n": y - w}
    terms = {name: sets.term(s) for name, s in names.items()} | {"a": a, "b": b}
    facts = [e.node]
    for s in (x, y):
        if not w <= s:
            raise NotCovered("what is summed over does not stand there")
        facts += [sets.union(s - w, w), sets.disjoint(w, s - w)]
    facts += [_free(place, left[1:], w), _free(place, right[1:], w), _context_free(place, w)]
    node = place.apply("sum", terms, *facts)
    one, two = (place.times(place.power((s - w, 1)), rest) for s, rest in ((x, a), (y, b)))
    return Equal(one, two, node)


def _free(place: Products, powers: Powers, w: Atoms) -> Node:
    """w ## powers."""
    sets = place.sets
    found = sets.prover.apply("fr.one", {"w": sets.term(w)})
    for k in range(len(powers) - 1, -1, -1):
        (x, sign), rest = powers[k], place.powers(powers[k + 1 :])
        terms = {"w": sets.term(w), "x": sets.term(x)}
        label = "fr.p" if sign == 1 else "fr.r"
        head = sets.prover.apply(label, terms, sets.disjoint(w, x))
        terms = {"w": sets.term(w), "a": place.power(powers[k]), "b": rest}
        found = sets.prover.apply("fr.m", terms, head, found)
    return found


def _context_free(place: Products, w: Atoms) -> Node:
    """w #c G."""
    sets = place.sets
    found = sets.prover.apply("fc.nil", {"w": sets.term(w)})
    for k in range(len(place.context) - 1, -1, -1):
        x, rest = place.context[k], context_term(sets, place.context[k + 1 :])
        terms = {"w": sets.term(w), "x": sets.term(x), "G": rest}
        found = sets.prover.apply("fc.add", terms, sets.disjoint(w, x), found)
    return found


def _in_front(place: Products, form: Powers, atom: str) -> Form:
    """The same powers with the one that has `atom` in front, and that nothing is changed."""
    where = next((k for k, (s, sign) in enumerate(form) if atom in s and sign == 1), None)
    if where is None:
        raise NotCovered(f"{atom} does not stand there")
    powers = (form[where], *form[:where], *form[where + 1 :])
    return powers, place.normal_powers(powers)[1]


def _equation(statement: Statement) -> Monomials:
    if not isinstance(statement, Monomials):
        raise NotCovered(f"{statement} is no equation")
    return statement


__all__ = ["chain", "intersection", "positive_part", "reading", "summation"]
