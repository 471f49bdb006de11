"""Which kernel re-checks what: the table of the README, and the kind of a certificate.

`python -m lpc.certificates.coverage README.md` writes the table anew between its two comments.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lpc.storage import replace

KERNELS = ("lpc", "one file", "Coq", "Metamath")
START, END = (
    "<!-- table: python -m lpc.certificates.coverage README.md -->",
    "<!-- end of table -->",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: what is shown, and what each of `KERNELS` does about it."""

    name: str
    shown: str
    by: tuple[str, str, str, str]


KINDS = (
    Kind(
        "products",
        "`identity`, `licensed`, `entailed`: independences, positivity and equations of products",
        ("yes", "yes", "yes", "yes"),
    ),
    Kind(
        "sums",
        "`identity`, `licensed`: equations between sums",
        ("yes", "yes", "without the move `spell out`", "no"),
    ),
    Kind(
        "inequality",
        "`entailed`: inequalities",
        ("yes", "yes", "rational, not strict, without `least`", "no"),
    ),
    Kind(
        "model",
        "`refuted`, `holds`, `fails`: models with rational weights",
        ("yes", "yes", "yes", "no"),
    ),
    Kind(
        "algebraic",
        "models with algebraic weights",
        ("yes", "yes", "weights in ℚ(√2)", "no"),
    ),
    Kind(
        "value",
        "`holds`, `fails`: the value of a quantity in a model",
        ("yes", "yes", "`holds`, in ℚ(√2)", "no"),
    ),
    Kind(
        "open angles",
        "`holds`, `fails`: a value at all angles that a `quantum` block leaves open",
        ("yes", "yes", "no", "no"),
    ),
    Kind(
        "bound broken",
        "`refuted`: sums and inequalities, by a model",
        ("yes", "yes", "inequalities", "no"),
    ),
)

OTHERS = (
    Kind(
        "obligations",
        "the obligations of local causality and of common causes, from the regions",
        ("yes", "yes", "hypotheses", "hypotheses"),
    ),
    Kind(
        "circuits",
        "a model and the circuit that shows it locally causal in a spacetime",
        ("yes", "yes", "the model alone", "no"),
    ),
    Kind(
        "markov",
        "a model and its causal graph, latents included",
        ("yes", "yes", "yes", "no"),
    ),
    Kind(
        "violations",
        "what a model breaks that local causality entails, with what else holds in the model",
        ("yes", "yes", "independences, of local causality alone", "no"),
    ),
    Kind(
        "table",
        "that a model's table is what its block computes, and a quantity its definition",
        ("with `--source`", "no", "no", "no"),
    ),
    Kind(
        "words",
        "that statements as data are what the text says",
        ("with `--source`", "no", "no", "no"),
    ),
    Kind("minimal", "that sets of assumptions are minimal", ("no", "no", "no", "no")),
    Kind(
        "continuous",
        "variables that are not discrete (`integral[λ]`)",
        ("independences only", "independences only", "no", "independences only"),
    ),
)


def kind_of(data: dict[str, Any]) -> str:
    """The kind of a decoded certificate; "" for an undecided one, which claims nothing.

    >>> kind_of({"verdict": "undecided"})
    ''
    """
    if data["verdict"] == "undecided":
        return ""
    goal = data["goal"]
    alone = next(iter(goal["all"][0])) if goal.get("all") else ""
    special = alone in ("sums", "inequality")
    if data["model"] is None:
        return ("sums" if alone == "sums" else "inequality") if special else "products"
    if special:
        return "bound broken"
    if "value" in goal:
        return "open angles" if "angles" in data["model"] else "value"
    rational = all(isinstance(weight, str) for _, weight in data["model"]["support"])
    return "model" if rational else "algebraic"


def table() -> str:
    """The table as Markdown."""
    rows = [("what is shown", *KERNELS), ("---",) * (len(KERNELS) + 1)]
    rows += [(kind.shown, *kind.by) for kind in (*KINDS, *OTHERS)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def renewed(text: str) -> str:
    """A text with the table between its two comments.

    Raises: ValueError when the comments are not there.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError("the comments around the table are missing")
    return f"{before}{start}\n{table()}{end}{after}"


def main(arguments: Sequence[str]) -> None:
    """Renew the table in the files named, or print it."""
    for name in arguments:
        replace(name, renewed(Path(name).read_text(encoding="utf-8")).encode())
    if not arguments:
        sys.stdout.write(table())


if __name__ == "__main__":
    main(sys.argv[1:])
