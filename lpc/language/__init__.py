"""Text to document and back: parsing, names, places in the text, printing, diagnostics."""

from lpc.language.document import (
    Assumption,
    Citation,
    Claim,
    Derivation,
    Document,
    Item,
    Model,
    ModelClaim,
    Rewrite,
    Step,
)
from lpc.language.excerpt import render_diagnostic
from lpc.language.files import DocumentError, format_text, load, parse, read_source

__all__ = [
    "Assumption",
    "Citation",
    "Claim",
    "Derivation",
    "Document",
    "DocumentError",
    "Item",
    "Model",
    "ModelClaim",
    "Rewrite",
    "Step",
    "format_text",
    "load",
    "parse",
    "read_source",
    "render_diagnostic",
]
