"""Circuits as JSON, and back: events, coins, signals, seeds and what the variables read.

Decoding is strict and bounded; whether a circuit is one, and realises a model in a spacetime, is
for `lpc.spacetime.circuits.check_circuit` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lpc.certificates.strict import CertificateError, fields, integer, items, name
from lpc.certificates.values import (
    check_common,
    decode_coordinate,
    decode_number,
    decode_value,
    encode_number,
    encode_value,
)
from lpc.spacetime.circuits import Circuit, Code, Node, Reading, Seed, Signal
from lpc.spacetime.lines import Event

MAX_SITES = 500
MAX_LEGS = 200
MAX_ROWS = 50_000
MAX_CODE = 10**9
MAX_LABEL = 200

Reader = Callable[[Any, str], Any]


def encode_circuit(circuit: Circuit) -> dict[str, Any]:
    """Everything in order as it stands; coordinates and weights are exact."""
    return {
        "nodes": [
            {
                "name": n.name,
                "event": _encode_event(n.event),
                "coin": [[value, encode_number(weight)] for value, weight in n.coin],
                "inputs": list(n.inputs),
                "table": [[[coin, list(arriving)], v] for (coin, arriving), v in n.table],
            }
            for n in circuit.nodes
        ],
        "signals": [_encode_signal(s) for s in circuit.signals],
        "seeds": [
            {"name": s.name, "weights": [[value, encode_number(w)] for value, w in s.weights]}
            for s in circuit.seeds
        ],
        "readings": [
            {
                "variable": r.variable,
                "sites": list(r.sites),
                "table": [[list(key), encode_value(value)] for key, value in r.table],
            }
            for r in circuit.readings
        ],
    }


def _encode_signal(signal: Signal) -> dict[str, Any]:
    return {
        "name": signal.name,
        "path": [_encode_event(e) for e in signal.path],
        "carries": [list(pair) for pair in signal.carries],
        "source": signal.source,
        "target": signal.target,
        "seed": signal.seed,
        "ray": None if signal.ray is None else _encode_event(signal.ray),
    }


def _encode_event(event: Event) -> list[Any]:
    return [encode_number(event[0]), [encode_number(x) for x in event[1]]]


def decode_circuit(value: Any, where: str) -> Circuit:
    """A circuit; its names, events and numbers have the right form."""
    data = fields(value, where, ("nodes", "signals", "seeds", "readings"))
    return Circuit(
        tuple(_each(data, "nodes", where, _decode_node)),
        tuple(_each(data, "signals", where, _decode_signal)),
        tuple(_each(data, "readings", where, _decode_reading)),
        tuple(_each(data, "seeds", where, _decode_seed)),
    )


def _each(data: dict[str, Any], key: str, where: str, read: Reader) -> Iterable[Any]:
    listed = items(data[key], f"{where}, {key}", MAX_SITES)
    return (read(one, f"{where}, {key} {k}") for k, one in enumerate(listed))


def _decode_node(value: Any, where: str) -> Node:
    data = fields(value, where, ("name", "event", "coin", "inputs", "table"))
    return Node(
        _label(data["name"], where),
        _decode_event(data["event"], where),
        _decode_weights(data["coin"], where),
        tuple(_label(s, where) for s in items(data["inputs"], where, MAX_SITES)),
        _decode_table(data["table"], where, _decode_case, _code),
    )


def _decode_signal(value: Any, where: str) -> Signal:
    keys = ("name", "path", "carries", "source", "target", "seed", "ray")
    data = fields(value, where, keys)
    source, target, seed = (_perhaps(data[k], where, _label) for k in ("source", "target", "seed"))
    return Signal(
        _label(data["name"], where),
        tuple(_decode_event(e, where) for e in items(data["path"], where, MAX_LEGS)),
        _decode_table(data["carries"], where, _code, _code),
        source,
        target,
        seed,
        _perhaps(data["ray"], where, _decode_event),
    )


def _decode_seed(value: Any, where: str) -> Seed:
    data = fields(value, where, ("name", "weights"))
    return Seed(_label(data["name"], where), _decode_weights(data["weights"], where))


def _decode_reading(value: Any, where: str) -> Reading:
    data = fields(value, where, ("variable", "sites", "table"))
    return Reading(
        name(data["variable"], where),
        tuple(_label(s, where) for s in items(data["sites"], where, MAX_SITES)),
        _decode_table(data["table"], where, _codes, decode_value),
    )


def _decode_table(value: Any, where: str, key: Reader, read: Reader) -> tuple[Any, ...]:
    pairs = (items(p, where, exactly=2) for p in items(value, where, MAX_ROWS))
    return tuple((key(k, where), read(v, where)) for k, v in pairs)


def _decode_case(value: Any, where: str) -> tuple[Code | None, tuple[Code, ...]]:
    coin, arriving = items(value, where, exactly=2)
    return _perhaps(coin, where, _code), _codes(arriving, where)


def _decode_weights(value: Any, where: str) -> tuple[tuple[Code, Any], ...]:
    found = _decode_table(value, where, _code, decode_number)
    check_common((weight for _, weight in found), where)
    return found


def _decode_event(value: Any, where: str) -> Event:
    t, place = items(value, where, exactly=2)
    listed = items(place, where, 10)
    return decode_coordinate(t, where), tuple(decode_coordinate(x, where) for x in listed)


def _codes(value: Any, where: str) -> tuple[Code, ...]:
    return tuple(_code(c, where) for c in items(value, where, MAX_SITES))


def _code(value: Any, where: str) -> Code:
    return integer(value, where, -MAX_CODE, MAX_CODE)


def _perhaps(value: Any, where: str, read: Reader) -> Any:
    return None if value is None else read(value, where)


def _label(value: Any, where: str) -> str:
    """What a part of a circuit is called: short and printable."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_LABEL or not value.isprintable():
        raise CertificateError(f"{where}: a name is needed")
    return value
