"""`lpc new`."""

from __future__ import annotations

from pathlib import Path

import click

from lpc.commands.common import emit, keep, say

START = """\
# Claim: what the derivation is said to show, in one sentence.
# Reference: author, title, year, section or equation.
# Outcome: what lpc says of it.

title "A first derivation"
source "author, title, year, equation"

# Where things happen. Coordinates are exact; the speed of light is 1.
spacetime 1+1 {
  one   = point t = 4, x = -5  # the first measurement
  two   = point t = 4, x = 5  # the second, spacelike to it
  Σ     = slice t = 0  # above the overlap of the two past light cones
  left  = Σ & past(one)
  right = Σ & past(two)
}

# Names may be written λ, lambda or \\lambda. Values are needed for averages only.
variables {
  A in {-1, +1} at one  "result"
  B in {-1, +1} at two  "result"
  λ at left | right     "state of the pair"
  λ_a at left           "microstate of the first apparatus"
  λ_b at right          "microstate of the second apparatus"
}

# What is specified completely, and where.
complete λ, λ_a on left
complete λ, λ_b on right

assume LC : local causality
assume MI : λ_a ⊥ B | λ  # the microstate knows nothing of the far result

# Each line follows from the one before it. What follows `by` is what the paper says; leave it
# out and lpc finds what the step rests on. A step known to fail is marked `expect refuted`.
derive factorized "with microstate independence" {
  assuming LC, MI
  P(A, B | λ)
    = P(A | B, λ) P(B | λ)  by product rule
    = P(A | λ) P(B | λ)     by LC, MI
}

derive alone "without it" {
  assuming LC
  P(A | B, λ)
    = P(A | λ)  expect refuted
}

claim "the same in one line" : LC, MI entail A ⊥ B | λ
"""


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite a file that is there already.")
def new(path: str, force: bool) -> None:
    """Write a commented starting file, which checks clean."""
    keep((), path)
    target = Path(path if path.endswith(".lpc") else f"{path}.lpc")
    if target.exists() and not force:
        raise click.UsageError(f"{target} is there already; --force overwrites it")
    emit(START, str(target))
    say(f"{target} written; now run: lpc check {target}")
