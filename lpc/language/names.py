r"""The one spelling of a name: ASCII words, Unicode and LaTeX fold to the same Unicode text.

A name is read in segments divided by `_`; each segment that is the English word or the LaTeX
command of a Greek letter becomes that letter. Capital letters that look Latin (Alpha, Beta …)
have no LaTeX command and are left alone. The tables are explicit: Unicode normalisation is
not used, for it would turn λ_₁ into λ_1 and mathematical letters into plain ones unseen.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lpc.logic.spelling import GREEK

VAR_FORMS: dict[str, str] = {
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ",
    "varpi": "π", "varsigma": "ς", "varkappa": "κ",
}  # fmt: skip
"""LaTeX's other forms of some letters, always written with a backslash."""

VARIANTS: dict[str, str] = {
    "\u00b5": "μ",  # micro sign
    "\u03f5": "ε",  # lunate
    "\u03d5": "φ",
    "\u03d1": "θ",
    "\u03f1": "ρ",
    "\u03d6": "π",
    "\u03f0": "κ",
    "\u2126": "Ω",  # ohm sign
    "\u2206": "Δ",  # increment
    "\u2032": "'",  # prime
    "\u2019": "'",  # typographic apostrophe
}
"""Other code points for the same letter, by visible form."""

_VARIANTS = str.maketrans(VARIANTS)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_SEGMENT = re.compile(r"([^_∖']+)")


class UnknownCommand(ValueError):
    """A LaTeX command in a name that stands for no letter."""


@lru_cache(maxsize=4096)
def canonical(written: str) -> str:
    r"""The Unicode spelling of a name.

    Raises: UnknownCommand for a LaTeX command that is not a Greek letter.

    >>> [canonical(n) for n in ("lambda_a", r"\lambda_{a}", r"\lambda_{\Sigma}", "λ_Sigma", "a′")]
    ['λ_a', 'λ_a', 'λ_Σ', 'λ_Σ', "a'"]
    """

    def letter(match: re.Match[str]) -> str:
        word = match[1]
        if word == "prime":
            return "'"
        found = GREEK.get(word) or VAR_FORMS.get(word)
        if found is None:
            raise UnknownCommand(match[0])
        return found

    text = _COMMAND.sub(letter, written) if "\\" in written else written
    text = text.replace("{", "").replace("}", "").translate(_VARIANTS)
    return _SEGMENT.sub(lambda m: _word(m[1]), text)


def _word(segment: str) -> str:
    return GREEK.get(segment, segment)
