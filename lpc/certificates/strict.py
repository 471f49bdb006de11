"""Reading JSON that may be hostile: sizes first, then types, and never a guess.

Every function takes what was read and a few words that say where it stands; it returns the value
with the type that was asked for, or raises `CertificateError` with a message for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import lcm
from typing import Any, NoReturn

from lpc.logic import LpcError
from lpc.logic.slots import at_value, copy_of, value_of, variable_of
from lpc.logic.visible import visible

MAX_BYTES = 4_000_000
MAX_DIGITS = 4_000
MAX_NAME = 200
MAX_TEXT = 100_000
MAX_ITEMS = 200_000
MAX_NESTING = 250
MAX_ORDER = 2_000
"""Of roots of unity, those of all numbers of a certificate taken together."""

_TOO_LONG = re.compile(f"[0-9]{{{MAX_DIGITS + 1}}}")


class CertificateError(LpcError):
    """A certificate that is malformed, or that does not show what it says."""


def read_json(data: bytes) -> Any:
    """The JSON value of a file's bytes: no floats, no repeated keys, nothing huge.

    Raises: CertificateError.

    >>> read_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    lpc.certificates.strict.CertificateError: the key "a" stands twice
    """
    if len(data) > MAX_BYTES:
        raise CertificateError(f"larger than {MAX_BYTES} bytes")
    try:
        decoded = data.decode("utf-8")
        if _TOO_LONG.search(decoded):
            raise CertificateError(f"more than {MAX_DIGITS} digits in a row")
        found = json.loads(
            decoded,
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
        _measure(found)
        return found
    except UnicodeDecodeError:
        raise CertificateError("not UTF-8") from None
    except RecursionError:
        raise CertificateError("nested too deeply") from None
    except json.JSONDecodeError as error:
        text = f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        raise CertificateError(text) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise CertificateError(f"the key {shown(key)} stands twice")
        found[key] = value
    return found


def _no_float(text: str) -> NoReturn:
    raise CertificateError(f"{shown(text)}: numbers are whole, or fractions in quotes")


def _measure(value: Any) -> None:
    """That a value is not nested too deeply, and its numbers are of one small cyclotomic field."""
    common, depth, level = 1, 0, [value]
    while level:
        depth += 1
        if depth > MAX_NESTING:
            raise CertificateError("nested too deeply")
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner += one.values()
                common = _with_order(common, 4 if "waves" in one else 1)
                common = _with_order(common, one.get("order", 1))
            elif isinstance(one, list):
                inner += one
        level = inner


def _with_order(common: int, order: Any) -> int:
    if type(order) is not int:
        return common
    found = lcm(common, order) if order > 0 else 0
    if not 0 < found <= MAX_ORDER:
        raise CertificateError("roots of unity of too high an order, all taken together")
    return found


def shown(text: object, most: int = 60) -> str:
    """A stranger's text in one short printable line, in quotes."""
    plain = str(text)
    short = plain if len(plain) <= most else plain[:most] + "…"
    return f'"{visible(short)}"'


def fields(
    value: Any, where: str, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """An object with all of the required keys and none but these and the optional ones."""
    if not isinstance(value, dict):
        raise CertificateError(f"{where}: an object is needed")
    needed = tuple(required)
    for key in needed:
        if key not in value:
            raise CertificateError(f'{where}: "{key}" is missing')
    for key in value:
        if key not in needed and key not in tuple(optional):
            raise CertificateError(f"{where}: unknown key {shown(key)}")
    return value


def only_key(value: Any, where: str) -> tuple[str, Any]:
    """The key and the value of an object with one key."""
    if not isinstance(value, dict) or len(value) != 1:
        raise CertificateError(f"{where}: an object with one key is needed")
    return next(iter(value.items()))


def items(value: Any, where: str, most: int = MAX_ITEMS, exactly: int | None = None) -> list[Any]:
    """A list of bounded length."""
    if not isinstance(value, list):
        raise CertificateError(f"{where}: a list is needed")
    if len(value) > most:
        raise CertificateError(f"{where}: more than {most} entries")
    if exactly is not None and len(value) != exactly:
        raise CertificateError(f"{where}: {exactly} entries are needed")
    return value


def text(value: Any, where: str) -> str:
    """A text of bounded length."""
    if not isinstance(value, str):
        raise CertificateError(f"{where}: a text is needed")
    if len(value) > MAX_TEXT:
        raise CertificateError(f"{where}: a text that is too long")
    return value


def one_of(value: Any, where: str, known: Iterable[str]) -> str:
    """One of some words."""
    words = tuple(known)
    if not isinstance(value, str) or value not in words:
        raise CertificateError(f"{where}: one of {', '.join(words)} is needed")
    return value


def name(value: Any, where: str) -> str:
    """The name of a variable: short and printable, and never used as a path."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME or not value.isprintable():
        raise CertificateError(f"{where}: a name is needed")
    if variable_of(value) != value or "=" in value or value != value.strip():
        raise CertificateError(f"{where}: no name holds # or =, or begins or ends with a space")
    return value


def slot(value: Any, where: str) -> str:
    """A variable, `A`, a copy of it, `A#2`, or the variable held at a value, `A = 1`."""
    if not isinstance(value, str) or len(value) > 2 * MAX_NAME or not value.isprintable():
        raise CertificateError(f"{where}: a variable, a copy or a value of it is needed")
    variable = name(variable_of(value), where)
    copy = value[len(variable) + 1 :]
    held = value_of(value)
    if value != variable and not (
        (copy.isascii() and copy.isdigit() and value == copy_of(variable, int(copy)))
        or (held is not None and value == at_value(variable, held))
    ):
        raise CertificateError(f"{where}: a variable, a copy or a value of it is needed")
    return value


def slots(value: Any, where: str) -> tuple[str, ...]:
    """A set of slots as a list without repeats, sorted by code point."""
    return _sorted(tuple(slot(s, where) for s in items(value, where)), where)


def names(value: Any, where: str) -> tuple[str, ...]:
    """A set of names as a list without repeats, sorted by code point."""
    return _sorted(tuple(name(n, where) for n in items(value, where)), where)


def _sorted(found: tuple[str, ...], where: str) -> tuple[str, ...]:
    if list(found) != sorted(set(found)):
        raise CertificateError(f"{where}: names must be sorted, each once")
    return found


def integer(value: Any, where: str, low: int, high: int) -> int:
    """A whole number between two others; `true` is none."""
    if type(value) is not int or not low <= value <= high:
        raise CertificateError(f"{where}: a whole number from {low} to {high} is needed")
    return value


def truth(value: Any, where: str) -> bool:
    """`true` or `false`."""
    if type(value) is not bool:
        raise CertificateError(f"{where}: true or false is needed")
    return value


def states_in(certificate: dict[str, Any]) -> tuple[str, ...]:
    """The states that the proofs of a verified certificate name beside its atoms, in order."""
    found: dict[str, None] = {}
    for one in items(certificate.get("assumptions", []), "assumptions"):
        if isinstance(one, dict) and isinstance(one.get("locality"), dict):
            listed = items(one["locality"].get("states", []), "states")
            found |= dict.fromkeys(name(items(s, "states", exactly=2)[0], "states") for s in listed)
    return tuple(found)
