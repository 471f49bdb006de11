"""What a syntax error is called: named causes first, then what could have stood there."""

from __future__ import annotations

from dataclasses import dataclass

from lark import Token

from lpc.language.layout import GEOMETRY, OPENING, RULE_WORDS, Chunk, span_of
from lpc.language.suggest import nearest
from lpc.logic import Span


@dataclass(frozen=True, slots=True)
class Mistake:
    """The parts of a diagnostic; `span` only where it is not the token's own."""

    code: str
    message: str
    label: str = ""
    hint: str = ""
    span: Span | None = None


KEYWORDS = frozenset({
    *OPENING, "INTO", "OF", "ON", "AT", "IN", "ASSUMING", "BY", "EXPECT", "TO", "ENTAIL", "DO",
    "NOT", "SATISFIES", "VIOLATES", "IS", "LOCAL", "CAUSALITY", "POSITIVE", "DETERMINED",
    "LATENT", "FRESH", "UNIFORM", "IF", "THEN", "ELSE", "AND", "OR", "XOR", "MOD",
})  # fmt: skip

# A keyword of this kind, standing where a name belongs, was hardly meant as a name.
_CONNECTING = frozenset({
    "BY", "EXPECT", "TO", "AND", "OR", "XOR", "MOD", "ENTAIL", "DO", "NOT", "THEN", "ELSE",
    "INTO", "OF", "ON", "AT", "IN", "IS", "SATISFIES", "VIOLATES", "DETERMINED", "ASSUMING",
})  # fmt: skip

MIDDLE_WORDS = (
    "entail", "entails", "satisfies", "violates", "determined", "positive", "causality",
    "assuming", "expect", "into", "latent", "uniform", "fresh", "then", "else",
)  # fmt: skip

# Words that authors write for a keyword, by the statements in which that keyword stands.
_FOR_ENTAIL = ("implies", "imply", "implied", "proves", "prove", "gives", "yields", "shows")
_MEANT = {
    "CLAIM": dict.fromkeys(_FOR_ENTAIL, "entail"),
    "DERIVE": dict.fromkeys(("because", "using", "since"), "by"),
}

_INDEPENDENCE = "independence is written `_||_` or `⊥`"
_NAMED_BLOCKS = ("DERIVE", "REWRITE", "MODEL", "QUANTUM")

_OPERAND = frozenset({"NUMBER", "LPAR", "PROB", "SUM", "INTEGRAL"})
_OPERATOR = frozenset({"STAR", "SLASH", "MOD", "PLUS", "MINUS"})

_PLAIN = {
    "NAME": "a name", "NUMBER": "a number", "STRING": "a text in quotes",
    "SEP": "the end of the line",
    "$END": "the end of the statement", "PERP": "`⊥`", "BAR": "`|`", "SUM": "`sum`",
    "INTEGRAL": "`integral`", "ARROW": "`->`", "LE": "`<=`", "GE": "`>=`", "UNEQUAL": "`!=`",
    "STAR": "`*`", "MINUS": "`-`", "PLUS": "`+`", "SLASH": "`/`", "AMP": "`&`", "TILDE": "`~`",
    "ASSIGN": "`:=`", "DOTS": "`..`", "EQUAL": "`=`", "LESS": "`<`", "GREATER": "`>`",
    "COMMA": "`,`", "COLON": "`:`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`", "RSQB": "`]`",
    "LBRACE": "`{`", "RBRACE": "`}`", "PROB": "P(…)", "UPTO": "`to`", "SUBSCRIPT": "`[`",
}  # fmt: skip


def explain(chunk: Chunk, k: int, accepted: frozenset[str]) -> Mistake:
    """Why the token at `k` cannot stand there."""
    token = chunk.tokens[k]
    previous = chunk.tokens[k - 1] if k else None
    if chunk.tokens[0].type != "ASSUME" or (previous and previous.type != "COLON"):
        accepted -= {"COMMON"}  # there it is a name
    for cause in (
        _foreign, _at_start, _bracket, _note_first, _assumed, _unnamed, _causes, _missing,
        _in_probability, _reserved, _line_end,
    ):  # fmt: skip
        mistake = cause(chunk, k, token, previous, accepted)
        if mistake is not None:
            return mistake
    misspelt = _misspelt(chunk, k)
    if misspelt is not None:
        return misspelt
    hint = _hint(chunk, k, token, accepted)
    return Mistake("E105", f"{shown(token)} cannot stand here", _expected(accepted), hint)


def _foreign(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    """Characters and tokens that are no part of the language."""
    if token.type == "OPEN_STRING":
        return Mistake("E109", "this text is not closed", 'expected `"` before the line ends')
    if token.type == "DOUBLE_EQUAL":
        return Mistake("E110", "`==` is not used here", "write `=`")
    if token.type != "UNKNOWN":
        return None
    character = str(token)
    name = (
        f"`{character}` (U+{ord(character):04X})"
        if character.isprintable()
        else (f"the invisible character U+{ord(character):04X}")
    )
    hint = ""
    if character in "“”„«»":
        hint = 'write straight quotes: "…"'
    elif character == "'":
        hint = 'texts stand in double quotes: "…"'
    elif character == "_" and chunk.tokens[k + 1 : k + 2] and chunk.tokens[k + 1].type == "BAR":
        hint = _INDEPENDENCE
    return Mistake("E106", f"{name} means nothing here", "unknown character", hint)


def _at_start(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    if previous is not None:
        return None
    if token.type in ("RPAR", "RSQB", "RBRACE"):
        return Mistake("E108", f"{shown(token)} closes nothing", "nothing is open here")
    meant = nearest(str(token), [w.lower() for w in OPENING]) if token.type == "NAME" else None
    if meant:
        message = f"{shown(token)} is not a keyword"
        label = "a statement opens with a keyword"
        return Mistake("E113", message, label, f"did you mean `{meant}`?")
    return Mistake(
        "E105",
        f"{shown(token)} does not begin a statement",
        "expected a keyword such as `variables`, `assume`, `derive` or `claim`",
    )


def _bracket(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    if token.type not in ("RPAR", "RSQB", "RBRACE"):
        return None
    partner = {"RPAR": ("LPAR",), "RSQB": ("LSQB",), "RBRACE": ("LBRACE", "SUBSCRIPT")}[token.type]
    opened = innermost(chunk, k)
    if opened is None or chunk.tokens[opened].type not in partner:
        return Mistake("E108", f"{shown(token)} closes nothing", "its partner is missing")
    return None


def _note_first(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    """A note where the name of a block belongs."""
    opening = chunk.tokens[0]
    if k != 1 or token.type != "STRING" or opening.type not in _NAMED_BLOCKS:
        return None
    hint = f"the name comes first, the note after it: `{opening} name {shown(token)[1:-1]} {{`"
    return Mistake("E105", f"{shown(token)} cannot stand here", _expected(accepted), hint)


def _assumed(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    """Assumptions of a derivation that are named without `assuming`."""
    opening = chunk.tokens[0].type
    if opening == "ASSUME" and k == 2 and token.type in ("SEP", "$END", "COMMA", "RBRACE"):
        hint = f"in a derivation, write `assuming {previous}`"
        return Mistake("E111", "`assume` needs a colon after the name", "expected `:`", hint)
    if opening not in ("DERIVE", "REWRITE"):
        return None
    brace = next((j for j in range(k) if chunk.tokens[j].type == "LBRACE"), None)
    if brace is None:
        return None
    if token.type == "ASSUME" and k == brace + 1:
        label = "opens a statement of its own"
        return Mistake("E117", "`assume` is a reserved word", label, "write `assuming`")
    if token.type in ("SEP", "COMMA") and k == brace + 2 and previous and previous.type == "NAME":
        hint = f"to assume {shown(previous)} here, write `assuming {previous}`"
        if token.type == "COMMA" or str(token) == ";":
            return Mistake("E105", f"{shown(token)} cannot stand here", _expected(accepted), hint)
        return Mistake("E121", "the line ends too early", _expected(accepted), hint)
    return None


def _unnamed(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    """Local causality itself where the name of an assumption belongs."""
    if token.type != "LOCAL" or previous is None or "NAME" not in accepted:
        return None
    claims = previous.type == "COLON" and chunk.tokens[0].type == "CLAIM"
    cites = previous.type == "COMMA" and "PRODUCT" in accepted
    if not (claims or cites or previous.type in ("BY", "ASSUMING")):
        return None
    word = {"BY": "by ", "ASSUMING": "assuming "}.get(previous.type, "")
    hint = f"name the assumption: `{word}LC` after `assume LC : local causality`"
    return Mistake("E117", "`local` is a reserved word", "expected the name of an assumption", hint)


def _causes(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    """Common causes themselves where the name of an assumption belongs: there, two names."""
    for j in (k - 1, k - 2):
        pair = chunk.tokens[j : j + 2] if j > 0 else []
        if [str(t) for t in pair] == ["common", "causes"]:
            before = chunk.tokens[j - 1].type
            word = {"BY": "by ", "ASSUMING": "assuming "}.get(before, "")
            hint = f"name the assumption: `{word}CC` after `assume CC : common causes`"
            first, last = (span_of(t) for t in pair)
            where = Span(first.line, first.column, last.end_line, last.end_column)
            label = "expected the name of an assumption"
            message = "`common causes` has this meaning after the colon of `assume` only"
            return Mistake("E117", message, label, hint, where)
    return None


def _missing(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    """A colon, or the names after `by`."""
    opening = chunk.tokens[0]
    if previous is not None and previous.type == "BY" and "PRODUCT" in accepted:
        return Mistake(
            "E112",
            "nothing is named after `by`",
            "expected names of assumptions or a rule such as `product rule`",
            span=span_of(previous),
        )
    if "COLON" in accepted and opening.type in ("ASSUME", "DEFINE", "CLAIM") and k <= 2:
        what = "its label" if opening.type == "CLAIM" else "the name"
        return Mistake("E111", f"`{opening}` needs a colon after {what}", "expected `:`")
    return None


def _in_probability(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    opened = innermost(chunk, k)
    if not opened or chunk.tokens[opened - 1].type != "PROB" or token.type != "NAME":
        return None
    if "COMMA" not in accepted:
        return None
    hint = "" if "BAR" not in accepted else "one `|` divides what is predicted from what is given"
    label = "expected `,` or `|` before it" if hint else "expected `,` before it"
    return Mistake("E114", f"{shown(token)} follows a name directly", label, hint)


def _line_end(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    closes_block = token.type == "RBRACE" and k in chunk.first_on_line and previous is not None
    if token.type not in ("SEP", "$END") and not closes_block:
        return None
    misspelt = _misspelt(chunk, k)
    if misspelt is not None:
        return misspelt
    if str(token) == ";":
        return Mistake("E105", "`;` cannot stand here", _expected(accepted))
    hint = "a line goes on inside ( ) or before a line that opens with an operator"
    if not any(name in accepted for name in ("NAME", *_OPERATOR)):
        hint = ""
    where = span_of(token)
    if closes_block and previous is not None:
        end = span_of(previous)
        where = Span(end.end_line, end.end_column, end.end_line, end.end_column)
    return Mistake("E121", "the line ends too early", _expected(accepted), hint, where)


def _reserved(
    chunk: Chunk, k: int, token: Token, previous: Token | None, accepted: frozenset[str]
) -> Mistake | None:
    if "NAME" not in accepted or "STAR" in accepted:
        return None
    if token.type in GEOMETRY:
        message = f"{shown(token)} is a word of the geometry"
        return Mistake("E117", message, "reserved in `spacetime` and after `at` and `on`")
    if token.type in (KEYWORDS | RULE_WORDS) - _CONNECTING:
        return Mistake("E117", f"{shown(token)} is a reserved word", "expected a name")
    return None


def _misspelt(chunk: Chunk, k: int) -> Mistake | None:
    """A word on the way to the error that is meant as a keyword of the middle of a statement."""
    instead = _MEANT.get(chunk.tokens[0].type, {})
    for token in reversed(chunk.tokens[max(1, k - 20) : k + 1]):
        if token.type in ("SEP", "COLON", "LBRACE"):
            return None
        if token.type != "NAME" or len(token) < 4:
            continue
        in_region = chunk.tokens[k].type in GEOMETRY
        words = [w.lower() for w in sorted(GEOMETRY) if len(w) > 1] if in_region else MIDDLE_WORDS
        meant = instead.get(str(token)) or nearest(str(token), words)
        if meant:
            message = f"{shown(token)} is not a keyword"
            hint = f"did you mean `{meant}`?"
            label = "" if str(token) in instead else "perhaps misspelt"
            return Mistake("E113", message, label, hint, span_of(token))
    return None


def _hint(chunk: Chunk, k: int, token: Token, accepted: frozenset[str]) -> str:
    opened = innermost(chunk, k)
    if token.type == "BAR" and opened and chunk.tokens[opened - 1].type == "NAME":
        return "a conditional probability is written P(… | …)"
    following = str(chunk.tokens[k + 1]) if k + 1 < len(chunk.tokens) else ""
    if token.type == "BAR" and "PERP" in accepted and following in ("|", "_"):
        return _INDEPENDENCE
    if "ENTAIL" in accepted and (token.type == "ARROW" or f"{token}{following}" == "=>"):
        return "write `entail`"
    if token.type in ("PERP", "ARROW") and k > 1 and chunk.tokens[k - 2].type == "NAME":
        return "names are divided by commas"
    if token.type == "NAME":
        words = {w.lower() for w in accepted & (KEYWORDS | GEOMETRY | RULE_WORDS)}
        meant = nearest(str(token), sorted(words))
        if meant:
            return f"did you mean `{meant}`?"
        if "COMMA" in accepted:
            return "names are divided by commas"
    if token.type == "EQUAL" and "ASSIGN" in accepted:
        return "write `:=`"
    if token.type == "EQUAL" and "AND" in accepted:
        return "one `=` in a formula; join several with `and`, or write a derivation"
    if token.type == "ASSIGN" and "EQUAL" in accepted:
        return "write `=`"
    return ""


def innermost(chunk: Chunk, k: int) -> int | None:
    """The index of the innermost bracket that is open before the token at `k`."""
    closed = 0
    for j in range(k - 1, -1, -1):
        kind = chunk.tokens[j].type
        if kind in ("RPAR", "RSQB", "RBRACE"):
            closed += 1
        elif kind in ("LPAR", "LSQB", "LBRACE", "SUBSCRIPT"):
            if not closed:
                return j
            closed -= 1
    return None


def shown(token: Token) -> str:
    """A token as messages quote it."""
    if token.type == "$END" or str(token) == "\n":
        return "the end of the line"
    text = str(token)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def _expected(accepted: frozenset[str]) -> str:
    """What could have come, in plain words.

    >>> _expected(frozenset({"NAME", "COLON"}))
    'expected a name or `:`'
    """
    left = set(accepted)
    phrases: list[str] = []
    if "STAR" in left:
        phrases.append("an operator")
        left -= _OPERAND | _OPERATOR | {"NAME"}
    elif left >= {"NUMBER", "LPAR"} and left & {"PROB", "POINT"}:
        phrases.append("a region" if "POINT" in left else "an expression")
        left -= _OPERAND | _OPERATOR | {"NAME", "BAR"}
    if "AMP" in left:
        phrases.append("an operator such as `&`")
        left -= {"AMP", "BAR", "MINUS"}
    if "STAR" not in accepted:
        left -= {"SLASH"}
    if "POINT" in left:
        phrases.append("a region")
        left -= {"POINT", "SLICE", "SEGMENT", "BALL", "DIAMOND", "PAST", "FUTURE", "NAME", "LPAR"}
    if left >= {"T", "X", "R"}:
        phrases.append("a coordinate such as `t =`")
        left -= {"T", "X", "Y", "Z", "R", "NUMBER", "PLUS", "MINUS"}
    if left >= {"EQUAL", "LE", "LESS"}:
        phrases.append("a sign such as `=` or `<=`")
        left -= {"EQUAL", "LE", "GE", "LESS", "GREATER", "UNEQUAL"}
    if left >= {"PLUS", "MINUS", "NUMBER"}:
        left -= {"PLUS", "MINUS"}
    if "SEP" in left:
        left -= {"$END"}
    if "LSQB" in left:
        left -= {"SUBSCRIPT"}
    plain = {name: _PLAIN.get(name, f"`{name.lower()}`") for name in left}
    order = sorted(plain, key=lambda n: (n in ("SEP", "$END", "STRING"), n != "NAME", plain[n]))
    phrases += [plain[name] for name in order]
    if len(phrases) > 6:
        return f"expected {', '.join(phrases[:5])}, …"
    if not phrases:
        return ""
    return "expected " + (", ".join(phrases[:-1]) + " or " if phrases[1:] else "") + phrases[-1]
