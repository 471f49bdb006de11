"""Texts in the language and near it, one for each seed: written, grown from the grammar, mutated.

`text_of(seed)` is the same bytes wherever the same checkout is, since mutants start from its files.
Files are small, so that many can be tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random

from lark import Lark
from lark.grammar import NonTerminal, Rule
from lark.lexer import PatternStr

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("proofs", "tests/data")
SETTINGS, RESULTS, STATES = ("a", "b", "c"), ("A", "B", "C"), ("λ", "μ", "λ_a", "λ_b", "k")
VALUES = (
    "{0, 1}",
    "{-1, +1}",
    "{0, 1, 2}",
    "{x, y}",
    "{1/2, 1}",
    "{up, down}",
    "{0}",
    "{-1, 0, 1}",
)
STEP = ("refuted", "licensed", "identity", "undecided")
CLAIM = ("refuted", "entailed", "undecided")
SPELLINGS = {
    "λ": ("lambda", r"\lambda"),
    "μ": ("mu", r"\mu"),
    "λ_a": ("lambda_a", r"\lambda_{a}"),
    "λ_b": ("lambda_b", r"\lambda_b"),
}
SIGNS = (
    "_||_",
    "⊥",
    r"\perp",
    "⫫",
    "|",
    r"\mid",
    "->",
    "→",
    r"\to",
    "<=",
    "≤",
    "=",
    "!=",
    ":=",
    "~",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    "\n",
    "+",
    "-",
    "−",
    "*",
    "/",
    "·",
    "&",
    "∩",
    "..",
    ":",
    '"',
    "#",
    "_{",
    "^",
    "$",
    "\\\\",
    "\\[",
    "\\]",
    "&",
    r"\quad",
    "'",
    "∖",
    "\\",
    ".",
    "%",
)
CHARACTERS = (
    *SIGNS,
    "\0",
    "\x1b[31m",
    "\x07",
    "\x85",
    "\x9b",
    "\u202e",
    "\u2028",
    "\u200b",
    "\ufeff",
    "\r",
    "\t",
    "é",
    "e\u0301",
    "ﬁ",
    "²",
    "𝜆",
    "ß",
    "İ",
    "̈",
    "٣",
    "名",
    "😀",
    "::error::x",
    "<script>",
    "</title>",
    "]]>",
    "&amp;",
    "`",
    "|",
    "\\input{x}",
    "{{ 1 }}",
    "%s",
    "\ud7ff",
    "0" * 40,
    "9" * 25,
    "1/0",
    "1e9",
    "0.",
    "x" * 201,
)


def text_of(seed: int) -> bytes:
    """The file of a seed."""
    rng = Random(f"lpc {seed}")
    kind = rng.random()
    if kind < 0.5:
        text = Author(rng).file()
    elif kind < 0.55:
        text = grown(rng)
    else:
        text = mutant(rng, rng.choice(corpus()))
    if rng.random() < 0.1:
        text = mutated(rng, text)
    data = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.01 and data:
        at = rng.randrange(len(data))
        data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    return data


@cache
def corpus() -> tuple[str, ...]:
    """The texts that mutants start from."""
    paths = [p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.lpc"))]
    return tuple(p.read_text(encoding="utf-8") for p in paths)


# ---- written by the language's statements -------------------------------------------------------


class Author:
    """Writes one file whose statements mostly fit together."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.results = list(RESULTS[: rng.choice((1, 2, 2, 2, 3))])
        self.settings = list(SETTINGS[: rng.choice((0, 1, 2, 2, 3))])
        self.states = rng.sample(STATES, rng.choice((1, 1, 2, 3)))
        self.names = [*self.results, *self.settings, *self.states]
        self.values: dict[str, str] = {}
        self.regions: list[str] = []
        self.causal = self.flat = False
        self.bold = self.chance(0.15)  # what is seldom right is written here only
        self.said: list[str] = []  # assumptions
        self.defined: list[str] = []  # definitions
        self.quantities: list[tuple[str, int]] = []
        self.models: list[str] = []
        self.angles: list[str] = []

    def chance(self, part: float) -> bool:
        return self.rng.random() < part

    def some(self, names: Sequence[str], least: int = 1, most: int = 3) -> list[str]:
        """A few of the names, in any order."""
        number = min(len(names), self.rng.randint(least, most))
        return self.rng.sample(list(names), number)

    def spelt(self, name: str) -> str:
        return self.rng.choice(SPELLINGS[name]) if name in SPELLINGS and self.chance(0.1) else name

    def listed(self, names: Iterable[str]) -> str:
        return ", ".join(map(self.spelt, names))

    def note(self, part: float = 0.2) -> str:
        if not self.chance(part):
            return ""
        words = (
            "Eq. 1",
            "section 4",
            "a & b",
            "<b>",
            "",
            "ünï",
            "100 %",
            "x_1 ^ 2",
            "$a$",
            r"\alpha",
            "a -- b",
            "| |",
            "::warning::",
            "\u202eabc",
            "\x1b[0m",
        )
        return f' "{self.rng.choice(words)}"'

    def file(self) -> str:
        parts = [self.head(), self.scene(), *self.declarations(), *self.composites()]
        parts += self.many(self.assumption, 1, 4)
        parts += self.many(self.definition, 0, 2)
        if self.chance(0.35):
            parts += self.many(self.quantity, 1, 2)
        if self.chance(0.3):
            parts += self.many(self.model, 1, 1)
        if self.chance(0.15):
            parts += self.many(self.quantum, 1, 1)
        kinds = [self.derivation, self.rewriting, self.claim, self.claim, self.model_claim]
        for _ in range(self.rng.randint(1, 3)):
            parts.append(self.rng.choice(kinds)())
        if self.chance(0.05):
            self.rng.shuffle(parts)
        return "\n".join(p for p in parts if p) + "\n"

    def many(self, make: Callable[[], str], least: int, most: int) -> list[str]:
        return [make() for _ in range(self.rng.randint(least, most))]

    def head(self) -> str:
        lines = [f"title{self.note(1)}"] if self.chance(0.2) else []
        lines += [f"source{self.note(1)}"] if self.chance(0.1) else []
        lines += ["# a comment"] if self.chance(0.1) else []
        return "\n".join(lines)

    # what there is

    def scene(self) -> str:
        kind = self.rng.random()
        if kind < 0.3:
            return self.spacetime()
        if kind < 0.6:
            self.causal = True
            return self.graph()
        return ""

    def spacetime(self) -> str:
        r = self.rng
        if self.chance(0.15):
            self.regions = ["one", "disc", "far", "back"]
            space = r.choice((2, 3))
            rest = "".join(f", {axis} = 0" for axis in "yz"[: space - 1])
            centre = ", ".join("0" * space)
            lines = [
                f"one = point t = {r.randint(1, 4)}, x = 0{rest}",
                f"disc = ball t = 0, x = ({centre}), r = {r.randint(1, 5)}",
                f"far = point t = {r.randint(1, 4)}, x = {r.randint(1, 20)}{rest}",
                "back = past(one)",
            ]
            self.flat = False
            return f"spacetime {space}+1 {{\n" + "\n".join(lines) + "\n}"
        self.flat = True
        x, t = r.randint(1, 6), r.randint(1, 5)
        lines = [
            f"Σ = slice t = {r.choice(('0', '0', '0', '-1', '1/2', '-6'))}",
            f"one = point t = {t}, x = -{x}",
            f"two = point t = {r.randint(1, 5)}, x = {x}",
            f"set1 = point t = {t - r.choice((0, 1, 2))}, x = -{x}",
            "left = Σ & past(one)",
            "right = Σ & past(two)",
        ]
        self.regions = ["Σ", "one", "two", "set1", "left", "right"]
        if self.chance(0.5):
            lines.append(f"more = {self.region(2)}")
            self.regions.append("more")
        return "spacetime 1+1 {\n" + self.rng.choice(("\n", "\n  ", " ; ")).join(lines) + "\n}"

    def region(self, depth: int) -> str:
        r = self.rng
        if depth == 0 or self.chance(0.4):
            simple = [*self.regions, *self.regions, f"slice t = {r.randint(-2, 2)}"]
            if self.flat or self.chance(0.01):
                simple += [
                    f"point t = {r.randint(-3, 3)}, x = {r.randint(-3, 3)}",
                    "segment t = 0, x = -1 to 3/2",
                    "segment t = 0, -3 <= x <= 3",
                    "ball t = 0, x = 0, r = 2",
                ]
            if self.flat and self.bold:
                simple.append("diamond one to two")
            return r.choice(simple)
        one, two = self.region(depth - 1), self.region(depth - 1)
        if not self.flat:
            return f"past({one})"
        ways = (
            f"past({one})",
            f"future({one})",
            f"({one}) & ({two})",
            f"({one}) | ({two})",
            f"({one}) - ({two})",
        )
        return r.choice(ways)

    def graph(self) -> str:
        order = [*self.states, *self.settings, *self.results]
        lines = []
        if self.chance(0.4):
            lines += ["latent past", f"past -> {self.listed(self.some(order))}"]
        for k, name in enumerate(order):
            parents = self.some(order[:k], 0, 3)
            if parents:
                lines.append(f"{self.listed(parents)} -> {name}")
        return "causal {\n" + "\n".join(lines) + "\n}"

    def declarations(self) -> Iterator[str]:
        lines = []
        for name in self.names:
            given = ""
            likely = 0.2 if name in self.states else 0.8
            if self.chance(likely):
                usual = VALUES[1] if name in self.results else VALUES[0]
                self.values[name] = usual if self.chance(0.7) else self.rng.choice(VALUES)
                given = f" in {self.values[name]}"
            place = f" at {self.place(name)}" if self.regions else ""
            lines.append(f"{self.spelt(name)}{given}{place}{self.note(0.15)}")
        divide = self.rng.choice(("\n  ", " ; "))
        yield "variables { " + divide.join(lines) + " }"
        if self.regions:
            yield from (self.completeness() for _ in range(self.rng.randint(0, 3)))

    def place(self, name: str) -> str:
        usual = {
            "A": "one",
            "B": "two",
            "a": "set1",
            "b": "two",
            "λ": "left | right",
            "λ_a": "left",
        }
        if name in usual and "left" in self.regions and self.chance(0.8):
            return usual[name]
        return self.region(1)

    def completeness(self) -> str:
        if self.chance(0.85):
            where = self.rng.choice(
                [r for r in self.regions if r in ("Σ", "left", "right", "disc")]
            )
        else:
            where = self.region(1)
        return f"complete {self.listed(self.some(self.states or self.names))} on {where}"

    def composites(self) -> Iterator[str]:
        if self.states and self.chance(0.1):
            yield f"split {self.states[0]} into u, v"
            self.names += ["u", "v"]
        elif self.states and self.chance(0.05):
            yield f"variables {{ w }}\npart w of {self.states[0]}"
            self.names.append("w")

    # what is said

    def assumption(self) -> str:
        kind = self.rng.random()
        if kind < 0.35 and (self.causal or self.regions):
            text, stem = "local causality", "LC"
            if self.chance(0.15):
                text, stem = "common causes", "CC"
        else:
            text, stem = self.formula(), self.rng.choice(("SI", "MI", "H", "PI"))
        name = stem if stem not in self.said else f"{stem}_{len(self.said)}"
        self.said.append(name)
        return f"assume {name} : {text}{self.note()}"

    def definition(self) -> str:
        name = f"D{len(self.defined)}"
        text = self.formula()
        if self.chance(0.2) and self.said:
            text += f" and {self.rng.choice(self.said)}"
        self.defined.append(name)
        return f"define {name} : {text}{self.note()}"

    def formula(self) -> str:
        kinds = [
            self.independence,
            self.independence,
            self.removal,
            self.removal,
            self.factorized,
            self.determined,
            self.positive,
        ]
        kinds += [self.at_values] if self.bold else []
        texts = [self.rng.choice(kinds)() for _ in range(1 if self.chance(0.85) else 2)]
        return " and ".join(texts)

    def parts(self, *most: int) -> list[list[str]]:
        """Disjoint lists of names, the first not empty."""
        left = self.rng.sample(self.names, len(self.names))
        found = []
        for k, number in enumerate(most):
            size = min(len(left), self.rng.randint(1 if k == 0 else 0, number))
            found.append(left[:size])
            left = left[size:]
        return found

    def independence(self) -> str:
        x, y, z = self.parts(2, 2, 3)
        sign = self.rng.choice(("_||_", "⊥", r"\perp"))
        if not y:
            return self.removal()
        return f"{self.listed(x)} {sign} {self.listed(y)}" + (f" | {self.listed(z)}" if z else "")

    def p(self, event: Iterable[str], given: Iterable[str] = ()) -> str:
        bar = self.rng.choice((" | ", r" \mid ", "|")) if given else ""
        return f"P({self.listed(event)}{bar}{self.listed(given)})"

    def removal(self) -> str:
        x, y, z = self.parts(2, 2, 3)
        return f"{self.p(x, [*y, *z])} = {self.p(x, z)}"

    def factorized(self) -> str:
        if len(self.results) > 1 and self.states:
            state = self.states[0]
            both = self.p(self.results, [*self.settings, state])
            each = [
                self.p([r], [s, state] if s else [state])
                for r, s in zip(self.results, [*self.settings, "", "", ""], strict=False)
            ]
            return f"{both} = {' '.join(each)}"
        x, y, z = self.parts(2, 2, 2)
        if not y:
            return self.removal()
        return f"{self.p([*x, *y], z)} = {self.p(x, [*y, *z])} {self.p(y, z)}"

    def determined(self) -> str:
        x, z = self.parts(2, 3)
        return f"{self.listed(x)} determined by {self.listed(z)}" if z else self.positive()

    def positive(self) -> str:
        return f"positive {self.listed(self.some(self.names))}"

    def at(self, name: str) -> str:
        """`A = 1`, with a value that is mostly one of its values."""
        if name in self.values and self.chance(0.95):
            options = self.values[name].strip("{}").split(", ")
            return f"{name} = {self.rng.choice(options)}"
        return f"{name} = {self.rng.choice(('0', '1', 'x' if self.bold else '0'))}"

    def held(self, name: str, likely: float) -> str:
        """A name, perhaps at a value, if it has any."""
        possible = name in self.values or (self.bold and self.chance(0.1))
        return self.at(name) if possible and self.chance(likely) else name

    def chances(self) -> str:
        x, z = self.parts(2, 2)
        held = [self.held(n, 0.8) for n in x]
        given = [self.held(n, 0.7) for n in z]
        return f"P({', '.join(held)}" + (f" | {', '.join(given)})" if given else ")")

    def at_values(self) -> str:
        op = self.rng.choice(("=", "=", "<=", ">=", "!="))
        right = self.rng.choice(("0", "1", "1/2", self.chances(), f"2 {self.chances()}"))
        tail = f" for {self.rng.choice('xy')} in {{0, 1}}" if self.chance(0.05) else ""
        return f"{self.chances()} {op} {right}{tail}"

    # derivations, rewritings, claims

    def scope(self) -> list[str]:
        return self.some(self.said, 0, 3) if self.said else []

    def lines(self) -> list[str]:
        """A chain of products, or of sums, each near the one before."""
        x, y, z = self.parts(1, 2, 3)
        if not y:
            y = [next(n for n in self.names if n not in x)]
            z = [n for n in z if n not in y]
        chain = [self.p([*x, *y], z), f"{self.p(x, [*y, *z])} {self.p(y, z)}"]
        chain.append(f"{self.p(x, z)} {self.p(y, z)}")
        if self.chance(0.4):
            less = z[:-1]
            chain.append(f"{self.p(x, less)} {self.p(y, z)}")
        if self.chance(0.25):
            over = next(n for n in (*self.states, *self.names) if n != x[0])
            head = self.rng.choice((f"sum[{over}]", f"integral[{over}]", rf"\sum_{{{over}}}"))
            clean = [n for n in z if n != over]
            chain = [
                f"{head} {self.p([x[0]], [*clean, over])} {self.p([over], clean)}",
                f"{head} {self.p([x[0], over], clean)}",
                self.p([x[0]], clean),
            ]
        start = self.rng.choice((0, 0, 1))
        return chain[start : start + self.rng.randint(2, 4)]

    def assuming(self) -> str:
        scope = self.scope()
        return f"assuming {', '.join(scope)} ; " if scope else ""

    def derivation(self) -> str:
        first, *others = self.lines()
        text = f"derive d{self.rng.randrange(1000)}{self.note()} {{ {self.assuming()}{first}"
        text += self.note()
        for line in others:
            text += f"\n    = {line}{self.note()}{self.citation()}{self.expectation(*STEP)}"
        return text + "\n}"

    def citation(self) -> str:
        if not self.chance(0.4):
            return ""
        cited = [
            *self.scope(),
            *self.some(("product rule", "bayes", "algebra", "total probability"), 0, 1),
        ]
        return f" by {', '.join(cited)}" if cited else ""

    def expectation(self, *words: str) -> str:
        if self.chance(0.05):
            words = ("refuted", "licensed", "holds", "entailed")
        return f" expect {self.rng.choice(words)}" if self.chance(0.15) else ""

    def rewriting(self) -> str:
        chain = self.lines()
        name = f"r{self.rng.randrange(1000)}"
        text = f"rewrite {name}{self.note()} {{ {self.assuming()}{chain[0]} to {chain[-1]}"
        return f"{text}{self.expectation(*STEP)} }}"

    def claim(self) -> str:
        scope = ", ".join(self.scope())
        kind = self.rng.random()
        if kind < 0.2 and self.quantities:
            goal = self.bound()
        elif kind < 0.3:
            goal = f"{self.chances()} = {self.rng.choice((self.chances(), '1/2', '0', '1'))}"
        elif kind < 0.4 and self.defined:
            goal = self.rng.choice(self.defined)
        else:
            goal = self.formula()
        word = self.rng.choice(("entail", "entail", "do not entail"))
        if self.bold and kind > 0.8 and scope:
            return f"claim{self.note()} : {scope} are {self.rng.choice(('in', ''))}consistent"
        return f"claim{self.note()} : {scope} {word} {goal}{self.expectation(*CLAIM)}"

    def bound(self) -> str:
        left = self.rng.choice(
            (f"|{self.called()}|", self.called(), f"{self.called()} + {self.called()}")
        )
        op = self.rng.choice(("<=", "<=", "<=", ">=", "<", "="))
        return f"{left} {op} {self.rng.choice(('0', '1', '2', '4', '199/100', '2 sqrt(2)', '-1'))}"

    # quantities, models, experiments

    def quantity(self) -> str:
        name = f"{self.rng.choice('EFQ')}{len(self.quantities) or ''}"
        parameters = self.some(("x", "y"), 0, 2)
        if self.quantities and self.chance(0.4):
            body = " + ".join(self.called() for _ in range(self.rng.randint(1, 3)))
        else:
            over = self.some(self.results)
            some = [s for s in self.settings if s in self.values or self.bold]
            given = [f"{s} = {p}" for s, p in zip(some, parameters, strict=False)]
            given += [self.held(s, 0.95) for s in some[len(parameters) :] if self.chance(0.7)]
            bar = f" | {', '.join(given)}" if given else ""
            body = f"sum[{', '.join(over)}] {' '.join(over)} P({', '.join(over)}{bar})"
        self.quantities.append((name, len(parameters)))
        told = f"({', '.join(parameters)})" if parameters else ""
        return f"define {name}{told} := {body}{self.note()}"

    def called(self) -> str:
        if not self.quantities:
            return self.chances()
        name, arity = self.rng.choice(self.quantities)
        if arity == 0:
            return name
        values = [
            self.rng.choice(("0", "0", "1", "1", "x" if self.bold else "1")) for _ in range(arity)
        ]
        return f"{name}({', '.join(values)})"

    def model(self) -> str:
        self.models.append(f"m{len(self.models)}")
        known: list[str] = []
        lines = []
        if self.chance(0.3):
            lines.append("fresh r ~ uniform {0, 1}")
            known.append("r")
        for name in [*self.states, *self.settings, *self.results]:
            lines.append(self.drawn(name, known))
            known.append(name)
        if self.chance(0.1):
            lines.pop()
        return f"model {self.models[-1]}{self.note()} {{\n  " + "\n  ".join(lines) + "\n}"

    def drawn(self, name: str, known: Sequence[str]) -> str:
        options = self.values.get(name, "{0, 1}").strip("{}").split(", ")
        kind = self.rng.random()
        if kind < 0.45 or not known:
            return f"{name} ~ uniform {{{', '.join(options)}}}"
        if kind < 0.6:
            return f"{name} := {self.rng.choice(options)}"
        if kind < 0.7 and len(options) == 2:
            weights = self.rng.choice(
                (
                    ("1/4", "3/4"),
                    ("1", "0"),
                    ("1/3", "2/3"),
                    ("1/2", "1/3"),
                    ("(2 - sqrt(2))/4", "(2 + sqrt(2))/4"),
                )
            )
            return f"{name} ~ {{ {options[0]} : {weights[0]}, {options[1]} : {weights[1]} }}"
        if kind < 0.9:
            test = f"{self.rng.choice(known)} = {self.rng.choice(('0', '1', '-1'))}"
            return f"{name} := if {test} then {options[0]} else {options[-1]}"
        return f"{name} := {self.expression(known, 2)}"

    def expression(self, known: Sequence[str], depth: int) -> str:
        r = self.rng
        if depth == 0 or self.chance(0.3):
            return r.choice([*known, *known, "0", "1", "2", "1/2", "pi", "0.25"])
        x, y = self.expression(known, depth - 1), self.expression(known, depth - 1)
        ways = (
            f"{x} + {y}",
            f"{x} - {y}",
            f"({x}) * ({y})",
            f"({x}) mod 2",
            f"{x} xor {y}",
            f"not ({x})",
            f"({x}, {y})",
            f"first({x})",
            f"cos({x})",
            f"sqrt({x})",
            f"({x}) / ({y})",
            f"{x} and {y}",
            f"(if {x} = {y} then {x} else {y})",
            f"({x} <= {y})",
            f"-({x})",
        )
        return r.choice(ways)

    def quantum(self) -> str:
        r = self.rng
        self.models.append(f"q{len(self.models)}")
        parties = min(len(self.results), 3)
        states = [
            "ghz(2)",
            "singlet",
            "{ (0, 1) : 1/sqrt(2), (1, 0) : -1/sqrt(2) }",
            "{ (0, 0) : 1 }",
        ]
        lines = [f"state {f'ghz({parties})' if parties > 2 else r.choice(states)}"]
        lines += [self.drawn(s, []) for s in self.settings]
        lines += [f"{s} := 0" for s in self.states if self.chance(0.8)]
        for k, result in enumerate(self.results[:parties], 1):
            angle = r.choice([f"{s} * pi/{r.choice('234')}" for s in [*self.settings, "1"]])
            seen = r.choice(
                (
                    f"spin({angle})",
                    "σ_x",
                    "sigma_z",
                    f"cos({angle}) σ_z + sin({angle}) σ_x",
                    "[[0, 1], [1, 0]]",
                    "[[1, 0], [0, -1]]",
                )
            )
            lines.append(f"{result} := {seen} on {k}")
        return f"quantum {self.models[-1]}{self.note()} {{\n  " + "\n  ".join(lines) + "\n}"

    def model_claim(self) -> str:
        if not self.models:
            return self.claim()
        model = self.rng.choice(self.models)
        kind = self.rng.random()
        if kind < 0.5 and (self.said or self.defined):
            names = self.some([*self.said, *self.defined], 1, 2)
            told = f"{model} {self.rng.choice(('satisfies', 'violates'))} {', '.join(names)}"
        elif kind < 0.6 and (self.causal or self.regions or self.bold):
            told = f"{model} is local in {'causal' if self.causal else 'spacetime'}"
        else:
            value = self.rng.choice(("0", "1", "1/2", "2", "4", "2 sqrt(2)", "-1", "cos(pi/5)"))
            x, z = self.parts(2, 2)
            bar = f" | {', '.join(map(self.at, z))}" if z else ""
            what = f"P({', '.join(map(self.at, x))}{bar})" if self.chance(0.4) else self.called()
            told = f"{what} of {model} {self.rng.choice(('=', '=', '<=', '!='))} {value}"
        return f"claim{self.note()} : {told}{self.expectation('holds', 'fails')}"


# ---- grown from the grammar ---------------------------------------------------------------------

WORDS = {
    "NAME": ("A", "B", "a", "λ", "x", "S", "E", r"\lambda", "λ'", "p_1", "γ∖a"),
    "NUMBER": ("0", "1", "2", "0.5", "10"),
    "STRING": ('""', '"Eq. 1"'),
    "SEP": ("\n", " ; "),
    "PROB": ("P",),
    "UPTO": ("to",),
    "PERP": ("⊥", "_||_"),
    "BAR": ("|", r"\mid"),
    "SUM": ("sum", "∑"),
    "INTEGRAL": ("integral",),
    "ARROW": ("->", "→"),
    "LE": ("<=",),
    "GE": (">=",),
    "UNEQUAL": ("!=",),
    "STAR": ("*",),
    "MINUS": ("-",),
    "AMP": ("&",),
    "TILDE": ("~",),
    "LBRACE": ("{",),
    "RBRACE": ("}",),
    "ENTAIL": ("entail",),
    "DO": ("do",),
}


@cache
def grammar() -> tuple[dict[str, tuple[Rule, ...]], dict[str, int], dict[str, tuple[str, ...]]]:
    """The rules of the grammar, how deep each has to go, and what its words look like."""
    path = ROOT / "grammars" / "lpc.lark"
    lark = Lark(path.read_text(encoding="utf-8"), start="statement", parser="lalr", lexer="basic")
    rules: dict[str, tuple[Rule, ...]] = {}
    for rule in lark.rules:
        rules[rule.origin.name] = (*rules.get(rule.origin.name, ()), rule)
    depths = dict.fromkeys(rules, 10**6)
    for _ in rules:
        for name, ways in rules.items():
            depths[name] = min(depths[name], *(_depth(way, depths) for way in ways))
    words = {
        t.name: WORDS.get(t.name)
        or ((t.pattern.value,) if isinstance(t.pattern, PatternStr) else ("?",))
        for t in lark.terminals
    }
    return rules, depths, {**WORDS, **words}


def _depth(rule: Rule, depths: dict[str, int]) -> int:
    inside = [depths[x.name] for x in rule.expansion if isinstance(x, NonTerminal)]
    return 1 + max(inside, default=0)


def grown(rng: Random) -> str:
    """A few statements that the grammar has, whatever they may mean."""
    head = "variables { A, B ; a, b ; λ ; x ; S }\n" if rng.random() < 0.5 else ""
    return head + "\n".join(_grown(rng, "statement", 14) for _ in range(rng.randint(1, 3))) + "\n"


def _grown(rng: Random, symbol: str, depth: int) -> str:
    rules, depths, words = grammar()
    if symbol not in rules:
        return rng.choice(words.get(symbol, (symbol.lower(),)))
    fitting = [way for way in rules[symbol] if _depth(way, depths) <= depth]
    way = rng.choice(fitting or [min(rules[symbol], key=lambda w: _depth(w, depths))])
    return " ".join(_grown(rng, x.name, depth - 1) for x in way.expansion)


# ---- mutated ------------------------------------------------------------------------------------

_STATEMENT = re.compile(r"\n(?=[a-z]+\b)")
_TOKEN = re.compile(
    r'"[^"\n]*"|#[^\n]*|\w+(?:_\{\w+\})?|\\[A-Za-z]+|_\|\|_|[-:<>!=.|]{2}|\s+|.', re.S
)
_WORD = re.compile(r"[^\W\d]\w*")
_NAMED = re.compile(r"(?:assume|define|model|quantum)\s+([^\W\d]\w*)")
ITEMS = ("derive", "rewrite", "claim", "model", "quantum")
KEYWORDS = (
    "title",
    "source",
    "spacetime",
    "causal",
    "variables",
    "split",
    "part",
    "complete",
    "assume",
    "define",
    "derive",
    "rewrite",
    "claim",
    "model",
    "quantum",
    "entail",
    "do not entail",
    "by",
    "expect",
    "assuming",
    "of",
    "on",
    "at",
    "in",
    "into",
    "to",
    "latent",
    "positive",
    "satisfies",
    "determined by",
    "local causality",
    "common causes",
    "is local in",
    "uniform",
    "if",
    "then",
    "else",
    "and",
    "or",
    "xor",
    "not",
    "mod",
    "sum[",
    "integral[",
    "P(",
    "past(",
    "fresh",
    "state",
    "for",
    "are consistent",
    "are inconsistent",
    "align",
    r"\tag{1}",
    r"\begin{align}",
)


RESERVED = frozenset(
    [
        "title",
        "source",
        "spacetime",
        "causal",
        "variables",
        "split",
        "into",
        "part",
        "of",
        "complete",
        "on",
        "at",
        "in",
        "assume",
        "define",
        "derive",
        "assuming",
        "by",
        "expect",
        "rewrite",
        "to",
        "claim",
        "entail",
        "entails",
        "do",
        "does",
        "not",
        "satisfies",
        "violates",
        "is",
        "local",
        "causality",
        "positive",
        "determined",
        "latent",
        "model",
        "quantum",
        "fresh",
        "uniform",
        "if",
        "then",
        "else",
        "and",
        "or",
        "xor",
        "mod",
        "past",
        "future",
        "slice",
        "point",
        "segment",
        "ball",
        "diamond",
        "t",
        "x",
        "y",
        "z",
        "r",
        "state",
        "common",
        "causes",
        "product",
        "rule",
        "bayes",
        "total",
        "probability",
        "algebra",
        "sum",
        "integral",
        "P",
        "refuted",
        "licensed",
        "identity",
        "undecided",
        "entailed",
        "holds",
        "fails",
    ]
)


def statements(text: str) -> list[str]:
    """The statements of a text, as far as lines show them."""
    return _STATEMENT.split(text)


def mutant(rng: Random, text: str) -> str:
    """A few derivations, claims and models of a text with what they name, mutated."""
    every = statements(re.sub(r"(?m)^\s*#.*\n?", "", text).strip("\n"))
    items = [s for s in every if s.startswith(ITEMS)]
    asked = set(rng.sample(items, min(len(items), rng.randint(1, 3))))
    words = set(_WORD.findall("\n".join(asked)))
    kept = []
    for one in reversed(every):
        name = _NAMED.match(one)
        if one in asked or (not one.startswith(ITEMS) and (name is None or name[1] in words)):
            kept.append(one)
            words.update(_WORD.findall(one) if name else ())
    kept.reverse()
    if rng.random() < 0.1:
        kept.append(rng.choice(statements(rng.choice(corpus()))))
    if rng.random() < 0.1:
        kept.append(rng.choice(kept))
    whole = "\n".join(kept) + "\n"
    return (mutated if rng.random() < 0.25 else names_exchanged)(rng, whole)


def names_exchanged(rng: Random, text: str) -> str:
    """Some words replaced by other words of the text: mostly still a document."""
    tokens = _TOKEN.findall(text)
    places = [k for k, t in enumerate(tokens) if re.fullmatch(r"\w+", t) and t not in RESERVED]
    for _ in range(rng.randint(1, 3)):
        # NB: of one kind, names by names and numbers by numbers; what stands late declares less.
        at = places[int(len(places) * rng.random() ** 0.5)] if places else 0
        others = [k for k in places if tokens[k].isdecimal() == tokens[at].isdecimal()]
        if others:
            tokens[at] = tokens[rng.choice(others)]
    return "".join(tokens)


def mutated(rng: Random, text: str) -> str:
    """A text with a few tokens or characters changed."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice((_tokens, _tokens, _characters))(rng, text)
    return text


def _tokens(rng: Random, text: str) -> str:
    tokens = _TOKEN.findall(text)
    if not tokens:
        return rng.choice(KEYWORDS)
    at = rng.randrange(len(tokens))
    kind = rng.randrange(6)
    if kind == 0:
        del tokens[at]
    elif kind == 1:
        tokens.insert(at, rng.choice(tokens))
    elif kind == 2:
        tokens.insert(at, f" {rng.choice(KEYWORDS)} ")
    elif kind == 3:
        tokens[at] = rng.choice(SIGNS)
    elif kind == 4:
        other = rng.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    else:
        end = at + rng.randint(1, 12)
        tokens[at:end] = tokens[at:end] * 2
    return "".join(tokens)


def _characters(rng: Random, text: str) -> str:
    at = rng.randint(0, len(text))
    length = rng.choice((0, 0, 1, 1, 3, 20))
    return text[:at] + rng.choice(("", *CHARACTERS)) + text[at + length :]
