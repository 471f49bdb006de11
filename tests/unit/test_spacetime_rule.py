"""The obligations of local causality in the scenarios of the paper, in 1+1 and in 3+1."""

from __future__ import annotations

import pytest

from lpc.logic import Independence
from lpc.spacetime import (
    Complete,
    Refusal,
    Region,
    Scene,
    Space,
    causal_graph,
    local_causality,
    why_not,
)
from lpc.spacetime.rule import shield
from lpc.spacetime.scene import Specification, together

BOTH = pytest.mark.parametrize("d", [1, 3])


class Bell:
    """Figure 2 of the paper, with the slice at a time of choice."""

    def __init__(self, d: int, t: int = 0) -> None:
        self.space = Space(d)
        self.one, self.two = self.at(4, -5), self.at(4, 5)
        self.sigma = self.space.slice(t)
        self.left = self.sigma & self.space.past(self.one)
        self.right = self.sigma & self.space.past(self.two)
        self.places: dict[str, Region] = {
            "A": self.one,
            "B": self.two,
            "a": self.at(3, -5),
            "b": self.at(3, 5),
        }

    def at(self, t: int, x: int) -> Region:
        return self.space.point(t, [x, *[0] * (self.space.dimension - 1)])

    def scene(self, *declared: tuple[str, Region], **places: Region) -> Scene:
        complete = tuple(Complete(frozenset(names.split()), region) for names, region in declared)
        return Scene(self.space, {}, self.places | places, complete)

    def pair(self) -> Scene:
        """{λ, λ_a} complete on the left, {λ, λ_b} on the right."""
        return self.scene(
            ("λ λ_a", self.left),
            ("λ λ_b", self.right),
            λ=self.left | self.right,
            λ_a=self.left,
            λ_b=self.right,
        )

    def maudlin(self) -> Scene:
        """γ, μ, ν complete on Γ, M, N (paper, section 3.3)."""
        one, two = self.space.past(self.one), self.space.past(self.two)
        parts = {"γ": one - two, "μ": two - one, "ν": one & two}
        return self.scene(*parts.items(), **parts)


def ask(scene: Scene, x: str, removed: str, kept: str) -> Refusal | None:
    return why_not(scene, x.split(), removed.split(), kept.split())


def failing(scene: Scene, x: str, removed: str, kept: str) -> tuple[str, ...]:
    refusal = ask(scene, x, removed, kept)
    return () if refusal is None else refusal.obligations


def said(scene: Scene) -> set[Independence]:
    return {premise.independence for premise in local_causality(scene, scene.places)}


@BOTH
def test_figure_one(d: int) -> None:
    """Eq. 7: q_χ given the complete state on a slice of its past owes nothing to q_ξ."""
    bell = Bell(d)
    scene = bell.scene(("s", bell.left), s=bell.left, c=bell.one, k=bell.two)
    assert ask(scene, "c", "k", "s") is None
    assert failing(scene, "c", "k", "") == ("complete",)


@BOTH
def test_figure_two_with_the_complete_state_on_all_of_sigma(d: int) -> None:
    """Eqs. 8-10."""
    bell = Bell(d)
    scene = bell.scene(("S", bell.sigma), S=bell.sigma)
    assert said(scene) == {Independence.create("Aa", "Bb", "S")}
    assert ask(scene, "A", "b B", "a S") is None
    assert ask(scene, "B", "a", "b S") is None


@BOTH
def test_microstates(d: int) -> None:
    scene = Bell(d).pair()
    assert said(scene) == {
        Independence.create("Aa", ["B", "b", "λ_b"], ["λ", "λ_a"]),
        Independence.create("Bb", ["A", "a", "λ_a"], ["λ", "λ_b"]),
    }
    (left, _) = local_causality(scene, scene.places)
    assert set(left.places.values()) == {"spacelike"}
    assert ask(scene, "A", "B b λ_b", "a λ λ_a") is None
    assert ask(scene, "A", "B", "a b λ λ_a λ_b") is None


@BOTH
def test_the_state_of_the_pair_alone_is_not_complete(d: int) -> None:
    refusal = ask(Bell(d).pair(), "A", "b B", "a λ")
    assert refusal is not None
    (failure,) = refusal.failures
    assert (failure.obligation, failure.variables) == ("complete", ("λ_a",))
    assert failure.message == "{a, λ} is not complete on a slice of the past of A: λ_a is missing"
    assert refusal.path == "A ← λ_a ← past → λ_b → B"


@BOTH
def test_a_slice_below_the_overlap_does_not_shield(d: int) -> None:
    """Bell's first remark. The rest of the slice is shielded from, what lies later is not."""
    bell = Bell(d, t=-6)
    scene = bell.pair()
    assert said(scene) == {
        Independence.create("Aa", ["λ_b"], ["λ", "λ_a"]),
        Independence.create("Bb", ["λ_a"], ["λ", "λ_b"]),
    }
    refusal = ask(scene, "A", "b B", "a λ λ_a")
    assert refusal is not None
    assert refusal.obligations == ("outside",)
    assert {v for f in refusal.failures for v in f.variables} == {"b", "B"}
    assert refusal.path is not None
    assert "t = -6" in refusal.failures[0].message


@BOTH
def test_a_region_that_leaves_part_of_the_past_uncovered(d: int) -> None:
    bell = Bell(d)
    short = bell.space.ball(0, [-2, *[0] * (d - 1)], 1)
    scene = bell.scene(("s", short), s=short)
    assert said(scene) == set()
    refusal = ask(scene, "A", "B", "s")
    assert refusal is not None
    assert refusal.obligations == ("slice",)
    assert d > 1 or refusal.failures[0].message == (
        "the region where s is complete (-3 <= x <= -1 at t = 0) leaves part of the past of A "
        "uncovered: -9 <= x < -3 at t = 0"
    )
    assert failing(scene, "A", "B", "a") == ("complete", "slice")


@BOTH
@pytest.mark.parametrize("t", [8, 2])
def test_timelike_regions(d: int, t: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("s", bell.left), s=bell.left, B=bell.at(t, -5))
    assert failing(scene, "A", "B", "s") == ("place", "outside")


@BOTH
def test_before_the_slice_is_a_place_that_will_do(d: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("s", bell.left), s=bell.left, P=bell.at(-2, -5))
    assert ask(scene, "A", "P", "s") is None
    (premise,) = local_causality(scene, scene.places)
    assert premise.places["P"] == "before"
    assert premise.places["B"] == "spacelike"


@BOTH
def test_lightlike_counts_as_inside(d: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("s", bell.left), s=bell.left, L=bell.at(2, 1), M=bell.at(2, 2))
    assert failing(scene, "A", "L", "s") == ("outside",)
    assert ask(scene, "A", "M", "s") is None


@BOTH
def test_maudlins_regions(d: int) -> None:
    """Eq. 20."""
    scene = Bell(d).maudlin()
    assert ask(scene, "A", "B", "γ μ ν") is None
    assert ask(scene, "A", "μ", "γ ν") is None
    assert ask(scene, "B", "γ", "μ ν") is None
    assert failing(scene, "A", "μ", "ν") == ("complete",)


@BOTH
def test_a_setting_that_is_part_of_gamma(d: int) -> None:
    """`part a of γ`, with a placed at a point in Γ."""
    bell = Bell(d)
    one, two = bell.space.past(bell.one), bell.space.past(bell.two)
    scene = bell.scene(
        ("a rest", one - two),
        ("ν", one & two),
        ("μ", two - one),
        rest=one - two,
        ν=one & two,
        μ=two - one,
    )
    assert ask(scene, "A", "μ", "a rest ν") is None
    assert ask(scene, "A", "B", "a rest ν μ") is None
    assert failing(scene, "A", "μ", "rest ν") == ("complete",)


@BOTH
def test_declarations_add_up(d: int) -> None:
    bell = Bell(d)
    inner = bell.space.ball(0, [-5, *[0] * (d - 1)], 2)
    scene = bell.scene(("i", inner), ("o", bell.left - inner), i=inner, o=bell.left - inner)
    assert ask(scene, "A", "B", "i o") is None
    refusal = ask(scene, "A", "B", "i")
    assert refusal is not None
    assert [f.variables for f in refusal.failures] == [("o",)]


@BOTH
def test_what_lives_in_the_complete_region_is_determined(d: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("s", bell.left), s=bell.left, q=bell.at(0, -5))
    assert Independence.create("q", "q", "s") in said(scene)
    assert ask(scene, "A", "q", "s") is None
    assert failing(scene, "A", "q", "") != ()


@BOTH
def test_a_late_variable_of_c_that_the_slice_does_not_cover(d: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("s late", bell.left), s=bell.left, late=bell.at(3, -2))
    assert said(scene) == set()
    assert "outside" in failing(scene, "A", "B", "s late")
    covered = bell.scene(("s late", bell.left), s=bell.left, late=bell.at(2, -5))
    assert ask(covered, "A", "B", "s late") is None


@BOTH
def test_a_variable_of_c_that_mixes_both_sides_is_a_collider(d: int) -> None:
    bell = Bell(d)
    mixed = bell.at(2, -5) | bell.at(2, 5)
    scene = bell.scene(("s m", bell.left), s=bell.left, m=mixed)
    assert said(scene) == set()
    assert ask(scene, "A", "B", "s m") is not None


@BOTH
def test_a_slice_must_be_achronal(d: int) -> None:
    """Chance above the lower piece could else be mixed with news in the upper one."""
    bell = Bell(d)
    ball = [bell.space.ball(t, [x, *[0] * (d - 1)], r) for t, x, r in [(0, -5, 4), (2, 0, 2)]]
    pieces = ball[0] | ball[1]
    scene = bell.scene(("s", pieces), s=pieces)
    whole = together(scene, scene.complete)
    assert shield(whole, pieces, scene.places) is None
    assert shield(whole, ball[0], {"A": bell.one}) is None  # nothing says where s lives
    assert shield(whole, ball[0], {"A": bell.one, "s": ball[0]}) is not None
    part = Specification(whole.names, ball[0], whole.declarations)
    assert shield(part, ball[1], {"A": bell.one, "s": ball[0]}) is None  # a slice C says nothing of
    assert shield(part, ball[0], {"A": bell.one, "s": ball[0]}) is not None


@BOTH
def test_kept_variables(d: int) -> None:
    """Later ones join X, those outside join Y, and a common effect spoils it."""
    bell = Bell(d)
    scene = bell.scene(("S", bell.sigma), S=bell.sigma, w=bell.at(8, 0), c=bell.at(2, -4))
    assert ask(scene, "A", "B", "S c b") is None
    # Σ covers w as well, and so B must lie outside the future of the larger slice.
    assert failing(scene, "A", "B", "S w") == ("outside",)


@BOTH
def test_several_variables_share_a_slice(d: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("S", bell.sigma), S=bell.sigma, P=bell.at(-1, 0))
    assert ask(scene, "A B", "P", "S a b") is None


def test_slices_at_different_times() -> None:
    bell = Bell(1)
    right = bell.space.slice(1) & bell.space.past(bell.two)
    scene = bell.scene(("l", bell.left), ("r", right), l=bell.left, r=right, P=bell.at(-5, 0))
    assert Independence.create("ABab", "P", "lr") in said(scene)
    assert ask(scene, "A B", "P", "l r") is None


@BOTH
def test_nothing_declared_and_nothing_placed(d: int) -> None:
    bell = Bell(d)
    assert failing(bell.scene(), "A", "B", "a") == ("complete", "slice")
    scene = Scene(bell.space, {}, {}, ())
    assert failing(scene, "A", "B", "a") == ("slice",)
    assert local_causality(scene, "AB") == ()
    scene = bell.scene(("s", bell.left), s=bell.left)
    assert failing(scene, "A", "Q", "s") == ("place",)
    assert failing(scene, "A", "B", "s Q") == ("outside",)


@BOTH
def test_an_empty_region_licenses_nothing(d: int) -> None:
    bell = Bell(d)
    scene = bell.scene(("s", bell.space.nowhere()), s=bell.left)
    assert said(scene) == set()
    assert failing(scene, "A", "B", "s") == ("complete", "slice")


@BOTH
def test_causal_graph_of_the_pair(d: int) -> None:
    graph = causal_graph(Bell(d).pair(), ["A", "B", "a", "b", "λ", "λ_a", "λ_b"])
    assert graph.latents == {"past"}
    assert graph.parents("A") == ("a", "λ", "λ_a")
    assert graph.parents("b") == ("λ", "λ_b")
    assert graph.parents("λ") == ("past",)


def test_show_writes_the_sets() -> None:
    scene = Bell(1).pair()
    refusal = why_not(scene, "A", "B", ["a", "λ"], show=lambda s: "+".join(s))
    assert refusal is not None
    assert refusal.failures[0].message.startswith("{a+λ} is not complete")
