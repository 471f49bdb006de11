r"""Three spellings of one name: Unicode (canonical), ASCII words and LaTeX commands."""

from __future__ import annotations

import re

GREEK: dict[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""English names of Greek letters, which are also their LaTeX commands."""

SIGNS: dict[str, str] = {
    "⊥": "_||_", "←": "<-", "→": "->", "↔": "<->", "≤": "<=", "≥": ">=", "∪": "|", "∩": "&",
    "∅": "{}", "−": "-", "–": "-", "—": "--", "…": "...", "∖": "\\", "×": "x", "·": "*",
    "σ": "sigma", "ς": "sigma", "¬": "not ", "∞": "inf", "√": "sqrt", "′": "'",
    "“": '"', "”": '"', "’": "'",
}  # fmt: skip
"""Signs of reports and what stands for them where only ASCII can be printed."""

_WORDS = {letter: word for word, letter in GREEK.items()}
_LATEX_SIGNS = {"∖": r"\setminus "}


def ascii_text(text: str) -> str:
    """Any text of ours with ASCII characters only; what has no spelling becomes `?`.

    >>> ascii_text("A ⊥ b | λ_a")
    'A _||_ b | lambda_a'
    """
    if text.isascii():
        return text
    table = str.maketrans({**_WORDS, **SIGNS})
    return text.translate(table).encode("ascii", "replace").decode("ascii")


def latex_name(name: str) -> str:
    r"""A name as LaTeX mathematics.

    >>> latex_name("λ_a"), latex_name("λ_Σ'"), latex_name("set1"), latex_name("a'_b")
    ('\\lambda_{a}', "\\lambda_{\\Sigma}'", '\\mathit{set1}', "a'_{b}")
    """
    base = name.rstrip("'")
    primes = name[len(base) :]
    head, *subscripts = base.split("_")
    nested = ""
    for part in reversed(subscripts):
        nested = f"_{{{_latex_primed(part)}{nested}}}"
    return _latex_primed(head) + nested + primes


def _latex_primed(part: str) -> str:
    """A head or subscript with the primes of its own, as in a'_b."""
    word = part.rstrip("'")
    return _latex_word(word) + part[len(word) :]


def _latex_word(word: str) -> str:
    letters = "".join(map(_latex_letter, word)).strip()
    plain = word.isalnum() and word.isascii() and len(word) > 1
    return f"\\mathit{{{letters}}}" if plain else letters


def _latex_letter(letter: str) -> str:
    if letter in _WORDS:
        return f"\\{_WORDS[letter]} "
    return _LATEX_SIGNS.get(letter, re.sub(r"([#$%&_{}])", r"\\\1", letter))
