"""Whether `lpc verify` and the single file accept the same certificates, asked of random mutants.

    python tests/differential.py [COUNT [SEED [FOLDER]]]

goes through COUNT mutants (10,000), tells what became of them, and writes those about which the two
differ into FOLDER. Half of the mutants are changed in form (types, keys, lengths, depth, numbers,
bytes), half in what they say (proofs, goals, models, regions, circuits). 1,000 are in the tests.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import lpc
from lpc.certificates import lpc_verify
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier
from lpc.certificates.writing import certificates

TESTS = Path(__file__).resolve().parent
Json = Any
Path_ = tuple[Any, ...]

# ---- originals -----------------------------------------------------------------------------------


def made_of(path: Path) -> list[bytes]:
    """The certificates of a file."""
    document = lpc.load(str(path))
    made = certificates(document, lpc.check(document), path.read_bytes())
    return [one.data for one in made]


@cache
def of_space() -> dict[str, bytes]:
    """Certificates in 2+1 and 3+1."""
    files = sorted((TESTS / "data" / "space").glob("*.lpc"))
    return {f"{f.stem} {k}": one for f in files for k, one in enumerate(made_of(f))}


def by_kind(every: list[bytes]) -> dict[str, list[bytes]]:
    """Certificates of at most 40,000 bytes by what they are about, none of them undecided."""
    found: dict[str, list[bytes]] = {}
    for raw in every:
        data = json.loads(raw)
        if data["verdict"] != "undecided" and len(raw) <= 40_000:
            found.setdefault(kind_of(data), []).append(raw)
    return found


def kind_of(data: Json) -> str:
    goal, model = data["goal"], data["model"] or {}
    said = next(iter(goal["all"][0]), "") if goal.get("all") else next(iter(goal))
    with_ = [key for key in ("graph", "circuit", "angles") if model.get(key)]
    with_ += ["cyclotomic"] * ("cyclotomic" in json.dumps(data))
    where = json.dumps([a.get("locality", {}) for a in data["assumptions"]])
    with_ += ["space"] * ('"inside"' in where) + ["plane"] * ('"t - x"' in where)
    with_ += ["common"] * ('"common"' in where) + ["states"] * ('"states"' in where)
    return " ".join([data["verdict"], said, *with_])


# ---- mutations in form ---------------------------------------------------------------------------

LONG = (200, 201, 400, 401, 3_999, 4_000, 4_001, 4_301, 8_003, 100_000, 100_001)
MANY = (10, 12, 13, 24, 25, 60, 61, 64, 65, 100, 101, 200, 201, 256, 257, 500, 501, 1_000, 1_001)
ODD: tuple[Json, ...] = (
    None, True, False, -1, 0, 1, 2, 10**9, 10**9 + 1, 10**50, "", " ", "x", "x ", "0", "-0", "+1",
    "01", "1/0", "1/2", "2/4", "-1/2", "1.0", "1e3", "１", "A", "A#2", "A#02", "A#1", "A = 1",
    "A = 2/4", "A=1", "LC", "licensed", "entailed", "refuted", "holds", "local causality",
    "common causes", "local in spacetime", "\u0000", "\ud800", "\u202e", [], {}, [[]], [{}],
    {"a": []}, [None], [1, 2], ["B", "A"], ["A", "A"], ["0", True], {"word": "up"}, {"word": "1"},
    {"pi": "1/2"}, {"pi": "0"}, {"waves": []}, {"waves": [[{}, "1", "0"]]},
    {"waves": [[{"α": "1"}, "1", "0"]]}, {"angle": {"order": 1, "turns": 0, "plus": {}}},
    {"cyclotomic": {"order": 8, "numerators": [0, 1, 0, -1], "denominator": 1}},
    {"cyclotomic": {"order": 3, "numerators": [1, 1], "denominator": 1}},
    {"cyclotomic": {"order": 1, "numerators": [1], "denominator": 2}},
    {"cyclotomic": {"order": 997, "numerators": [0, 1], "denominator": 1}},
    {"cyclotomic": {"order": 2_001, "numerators": [1], "denominator": 1}},
    {"independence": [["A"], ["B"], []]}, {"positive": ["A"]}, {"positive": []},
    {"equation": [[], []]}, {"equation": [[[["A"], []]], [[["A"], ["B"]]]]},
)  # fmt: skip


def places_in(value: Json, path: Path_ = ()) -> list[Path_]:
    if not isinstance(value, dict | list):
        return [path]
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(p for key, x in inside for p in places_in(x, (*path, key)))]


def at(data: Json, path: Path_) -> Json:
    for key in path:
        data = data[key]
    return data


def anywhere(
    data: Json, rng: random.Random, kind: type | tuple[type, ...] = object
) -> Path_ | None:
    """A place whose value is of some type; what is deep inside is not likelier than what is not."""
    found = [p for p in places_in(data)[1:] if isinstance(at(data, p), kind)]
    if not found:
        return None
    depth = rng.choice(sorted({len(p) for p in found}))
    return rng.choice([p for p in found if len(p) == depth] if rng.random() < 0.5 else found)


def put(data: Json, path: Path_, value: Json) -> None:
    at(data, path[:-1])[path[-1]] = value


def something_odd(data: Json, rng: random.Random, other: Json) -> None:
    put(data, anywhere(data, rng) or ("notes",), copy.deepcopy(rng.choice(ODD)))


def out(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng)
    if path:
        del at(data, path[:-1])[path[-1]]


def twice(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng, list)
    if path and at(data, path):
        here = at(data, path)
        here.insert(rng.randrange(len(here) + 1), copy.deepcopy(rng.choice(here)))


def in_another_order(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng, (list, dict))
    if path:
        here = at(data, path)
        if isinstance(here, list):
            rng.shuffle(here)
        else:
            pairs = list(here.items())
            rng.shuffle(pairs)
            put(data, path, dict(pairs))


def one_key_more(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng, dict) or ()
    keys = ["unheard of", "locality", "sum", "mixture", "weights", "holds", "inequality", "sets"]
    keys += ["goal", "signs", "factor", "given", "states", "common", "circuit", "angles", "graph"]
    at(data, path)[rng.choice(keys)] = copy.deepcopy(rng.choice(ODD))


def huge_number(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng, (str, int))
    digits = "1" * rng.choice((199, 200, 201, *LONG[4:9]))
    forms = [digits, f"-{digits}", f"1/{digits}", f"{digits}/{digits[:-1]}2", f"A = {digits}"]
    if path:
        number = isinstance(at(data, path), int)
        # NB: Python itself writes no whole number of more than 4,300 digits.
        put(data, path, f"INT{rng.choice(('', '-'))}{digits}" if number else rng.choice(forms))


def long_text(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng, str)
    if path:
        text = at(data, path)
        put(data, path, (text or "x") + rng.choice("xé ") * (rng.choice(LONG) - len(text)))


def deep(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng)
    if path:
        here = copy.deepcopy(at(data, path))
        wrap = rng.choice(("list", "plus", "absolute", "total"))
        for _ in range(rng.choice((1, 2, 10, 49, 50, 51, 99, 100, 101, 240, 260, 400))):
            here = [here] if wrap == "list" else {wrap: here if wrap == "absolute" else [here]}
        put(data, path, here)


def many(data: Json, rng: random.Random, other: Json) -> None:
    path = anywhere(data, rng, list)
    if path and (here := at(data, path)):
        count = rng.choice(MANY)
        more = [copy.deepcopy(here[-1]) for _ in range(count - len(here))]
        for k, one in enumerate(more):
            if isinstance(one, str) and rng.random() < 0.9:
                more[k] = f"{one}{k:05}"
            elif isinstance(one, dict) and "name" in one:
                one["name"] = f"{one['name']}{k:05}"
        here += more


def spliced(data: Json, rng: random.Random, other: Json) -> None:
    """Something of another certificate, at the same place or at a place of that type."""
    path = anywhere(data, rng)
    if path is None:
        return
    try:
        found = at(other, path)
    except (KeyError, IndexError, TypeError):
        place = anywhere(other, rng, type(at(data, path)))
        found = at(other, place) if place else None
    put(data, path, copy.deepcopy(found))


def null_or_gone(data: Json, rng: random.Random, other: Json) -> None:
    """What is null is left out, or the other way round."""
    path = anywhere(data, rng, type(None))
    if path and rng.random() < 0.5 and isinstance(path[-1], str):
        del at(data, path[:-1])[path[-1]]
    elif path:
        put(data, path, copy.deepcopy(rng.choice(ODD)))


FORMAL = [
    something_odd, out, twice, in_another_order, one_key_more, huge_number, long_text, deep, many,
    spliced, null_or_gone,
]  # fmt: skip


def changed_bytes(raw: bytes, rng: random.Random) -> bytes:
    """What no JSON value can be changed to: the text of the file."""
    kind, text = rng.randrange(12), raw.decode()
    k = rng.randrange(len(text))
    if kind == 0:
        return b"\xef\xbb\xbf" + raw
    if kind == 1:
        return raw + rng.choice((b"\n\n", b" ", b"x", b"{}", b"\x00", b"\xff"))
    if kind == 2:  # a key twice
        key = rng.choice(("verdict", "text", "name", "strict", "t", "path"))
        return text.replace(f'"{key}":', f'"{key}": null, "{key}":', 1).encode()
    if kind == 3:
        return text.replace(": 1", rng.choice((": 1.0", ": 1e0", ": NaN", ": 01", ": -0"))).encode()
    if kind == 4:  # letters and digits as escapes
        return text.replace('"1"', '"\\u0031"').replace('"A"', '"\\u0041"').encode()
    if kind == 5:
        digits = "\\u0031" * rng.choice((4_000, 4_001, 4_200))
        return text.replace('"1"', f'"{digits}"', 1).encode()
    if kind == 6:
        return raw + b" " * (4_000_000 - len(raw) + rng.choice((0, 1)))
    if kind == 7:  # as many characters, and more bytes
        return raw.replace(b'"notes": [', b'"notes": ["' + "é".encode() * 90_000 + b'", ', 1)
    if kind == 8:
        return text.replace("true", rng.choice(("1", '"true"', "True")), 1).encode()
    if kind == 9:
        return text[:k].encode() + text[k + 1 :].encode()
    if kind == 10:
        return (text[:k] + rng.choice('"[]{},:0-\\ \n/') + text[k:]).encode()
    return bytes(b ^ (1 << rng.randrange(7)) if i == k else b for i, b in enumerate(raw))


# ---- mutations of what is said -------------------------------------------------------------------


def leaves(data: Json, *keys: str) -> list[Path_]:
    return [p for p in places_in(data) if isinstance(at(data, p), str) and {*keys} & {*p}]


def number_changed(data: Json, rng: random.Random, other: Json) -> None:
    """A fraction somewhere, often to one that stands elsewhere."""
    found = [
        p
        for p in places_in(data)
        if is_number(at(data, p)) and p[0] in ("goal", "model", "assumptions", "evidence")
    ]
    if found:
        path = rng.choice(found)
        x = Fraction(at(data, path))
        new = (
            x + 1,
            x - 1,
            -x,
            x * 2,
            x / 2,
            x + Fraction(1, 7),
            Fraction(at(data, rng.choice(found))),
        )
        put(data, path, str(rng.choice(new)))


def is_number(x: Json) -> bool:
    return (
        isinstance(x, str)
        and x.lstrip("-").replace("/", "").isdigit()
        and x.isascii()
        and len(x) < 9
    )


def names_exchanged(data: Json, rng: random.Random, other: Json) -> None:
    """Two variables change their names, everywhere or in one part; lists are sorted again."""
    if len(data["atoms"]) < 2:
        return
    one, two = rng.sample(data["atoms"], 2)
    part = rng.choice(("goal", "evidence", "model", "assumptions", "values"))
    swap = {one: two, two: one}

    def renamed(x: Json, key: str = "") -> Json:
        if isinstance(x, dict):
            return {swap.get(k, k): renamed(v, k) for k, v in x.items()}
        if isinstance(x, list):
            found = [renamed(v, key) for v in x]
            flat = found and all(isinstance(v, str) for v in found)
            return sorted(found) if flat and key not in ("names", "nodes") else found
        return swap.get(x, x) if isinstance(x, str) and key not in ("text", "because") else x

    data[part] = renamed(data[part])


def sets_changed(data: Json, rng: random.Random, other: Json) -> None:
    """One name more or less in a set."""
    found = [
        p
        for p in places_in(data)
        if isinstance(at(data, p), list) and p and p[0] in ("goal", "evidence", "assumptions")
    ]
    found = [p for p in found if {*map(repr, at(data, p))} <= {*map(repr, data["atoms"])}]
    if found:
        path = rng.choice(found)
        put(data, path, sorted({*at(data, path)} ^ {rng.choice(data["atoms"])}))


def step_changed(data: Json, rng: random.Random, other: Json) -> None:
    steps = [p for p in places_in(data["evidence"]) if p[-2:-1] == ("steps",)]
    if not steps:
        return
    step = at(data["evidence"], rng.choice(steps))
    kind = rng.randrange(5)
    if kind == 0 and step["from"]:
        step["from"][rng.randrange(len(step["from"]))] = rng.randrange(6)
    elif kind == 1:
        step["from"].append(rng.randrange(4))
    elif kind == 2 and step.get("signs"):
        step["signs"][0] = rng.choice((-1, 0, 1))
    elif kind == 3:
        step["rule"] = rng.choice([*map(str, lpc_verify_rules())])
    elif step.get("sets"):
        rng.shuffle(step["sets"])


def lpc_verify_rules() -> tuple[str, ...]:
    return (
        "decomposition", "weak union", "contraction", "determination", "intersection",
        "positivity of a part", "summation", "reading", "chain",
    )  # fmt: skip


def proof_changed(data: Json, rng: random.Random, other: Json) -> None:
    """Hypotheses, steps or moves out, twice or in another order; less is cited."""
    keys = (
        "hypotheses",
        "steps",
        "proofs",
        "left",
        "right",
        "pairs",
        "row",
        "names",
        "holds",
        "weights",
    )
    found = [
        p
        for p in places_in(data["evidence"])
        if p and p[-1] in keys and isinstance(at(data["evidence"], p), list)
    ]
    found = [p for p in found if at(data["evidence"], p)]
    if found:
        here = at(data["evidence"], rng.choice(found))
        k = rng.randrange(len(here))
        (here.pop if rng.random() < 0.5 else lambda i: here.insert(i, here[0]))(k)


def move_changed(data: Json, rng: random.Random, other: Json) -> None:
    moves = [
        m
        for p in places_in(data["evidence"])
        if isinstance(m := at(data["evidence"], p), dict) and "kind" in m
    ]
    if moves:
        move = rng.choice(moves)
        kind = rng.randrange(4)
        if kind == 0:
            move["kind"] = rng.choice(("insert", "sum out", "normalise", "spell out"))
        elif kind == 1:
            move["term"] = rng.randrange(3)
        elif kind == 2:
            move["factor"] = rng.randrange(3)
        else:
            move["variable"] = rng.choice(data["atoms"])


def verdict_changed(data: Json, rng: random.Random, other: Json) -> None:
    verdicts = ("identity", "licensed", "entailed", "refuted", "holds", "fails")
    data["verdict"] = rng.choice(verdicts)
    if rng.random() < 0.5:
        data["item"]["kind"] = rng.choice(("step", "claim", "rewrite"))
    if "wanted" in data["goal"] and rng.random() < 0.5:
        data["goal"]["wanted"] = not data["goal"]["wanted"]


def relation_changed(data: Json, rng: random.Random, other: Json) -> None:
    for path in places_in(data["goal"]):
        here = at(data["goal"], path)
        if isinstance(here, dict) and "op" in here:
            here["op"] = rng.choice(("=", "!=", "<", "<=", ">", ">="))
        if isinstance(here, dict) and "strict" in here:
            here["strict"] = not here["strict"]


def words_changed(data: Json, rng: random.Random, other: Json) -> None:
    entries = [*data["assumptions"], *data["goal"].get("each", [])]
    if entries:
        one = rng.choice(entries)
        cited = rng.choice(entries)["name"]
        words = ("local causality", "common causes", "local in x", f"{cited} and more", cited, "…")
        one["text"] = rng.choice(words)
        if rng.random() < 0.3:
            one.pop("locality", None)
        if rng.random() < 0.2 and "spacetime" in one.get("locality", {}):
            one["locality"]["common"] = []


def scope_changed(data: Json, rng: random.Random, other: Json) -> None:
    place = rng.choice(
        [data["scope"], data["assumptions"], *(e["names"] for e in data["evidence"])]
    )
    if place and rng.random() < 0.6:
        place.pop(rng.randrange(len(place)))
    elif place is not data["assumptions"] and data["assumptions"]:
        place.append(rng.choice(data["assumptions"])["name"])


def statement_changed(data: Json, rng: random.Random, other: Json) -> None:
    lists = [one["statements"] for one in data["assumptions"]]
    lists += [one["all"] for one in data["goal"].get("each", [])] + [data["goal"].get("all", [])]
    lists = [one for one in lists if one]
    if lists:
        here = rng.choice(lists)
        k = rng.randrange(len(here))
        if rng.random() < 0.4:
            here.pop(k)
        elif rng.random() < 0.5:
            here.insert(k, copy.deepcopy(rng.choice(rng.choice(lists))))
        else:
            here[k] = copy.deepcopy(rng.choice(ODD[-5:]))


def localities(data: Json) -> list[Json]:
    every = [*data["assumptions"], *data["goal"].get("each", []), data["goal"]]
    return [one["locality"] for one in every if "locality" in one]


def region_changed(data: Json, rng: random.Random, other: Json) -> None:
    """A bound or a cone moved, opened, closed or gone; a piece more or less; another's region."""
    found = [x for x in localities(data) if "spacetime" in x]
    if not found:
        return
    local = rng.choice(found)
    regions = [*local["spacetime"]["places"].values()]
    regions += [one["region"] for one in local["spacetime"]["complete"]]
    regions += [use["slice"] for use in local["shields"] if use["slice"]]
    region = rng.choice(regions)
    kind = rng.randrange(6)
    if kind == 0:
        region[:] = copy.deepcopy(rng.choice(regions))
    elif kind == 1:
        region.append(copy.deepcopy(rng.choice(rng.choice(regions) or [None])))
    elif kind == 2 and region:
        region.pop(rng.randrange(len(region)))
    elif region:
        piece = rng.choice(region)
        bounds = [b for key in piece for b in piece[key] if key not in ("inside", "outside")]
        cones = [c for key in ("inside", "outside") for c in piece.get(key, [])]
        kept = [b for b in bounds if b]
        if cones and rng.random() < 0.5:
            cone = rng.choice(cones)
            step = Fraction(rng.choice((-8, -2, -1, 1, 2, 8)), rng.choice((1, 2)))
            if rng.random() < 0.2:
                cone[0] = -cone[0]
            elif rng.random() < 0.5:
                cone[1] = str(Fraction(cone[1]) + step)
            else:
                k = rng.randrange(len(cone[2]))
                cone[2][k] = str(Fraction(cone[2][k]) + step)
        elif kept and rng.random() < 0.4:
            one = rng.choice(kept)
            one[1] = not one[1]
        elif "t - x" in piece:  # the whole piece
            t, x = (Fraction(rng.choice((-3, -1, 0, 1, 3)), 2) for _ in "tx")
            for key, by in (("t", t), ("t - x", t - x), ("t + x", t + x)):
                for bound in piece[key]:
                    if bound is not None:
                        bound[0] = str(Fraction(bound[0]) + by)
        elif kept:
            one = rng.choice(kept)
            one[0] = str(Fraction(one[0]) + rng.choice((-1, 1)))


def use_changed(data: Json, rng: random.Random, other: Json) -> None:
    """A shield or an instance of common causes, with what it says."""
    uses = [u for x in localities(data) for u in (*x.get("shields", []), *x.get("common", []))]
    if uses:
        use = rng.choice(uses)
        kind = rng.randrange(4)
        if kind == 0:
            use["x"], use["y"] = use["y"], use["x"]
        elif kind == 1:
            use["declarations"] = sorted({*use["declarations"]} ^ {rng.randrange(3)})
        elif kind == 2 and use["obligations"]:
            use["obligations"].pop(rng.randrange(len(use["obligations"])))
        else:
            side = rng.choice("xy")
            use[side] = sorted({*use[side]} ^ {rng.choice(data["atoms"])})


def model_changed(data: Json, rng: random.Random, other: Json) -> None:
    model = data["model"]
    if not model or not model["support"]:
        return
    support, kind = model["support"], rng.randrange(5)
    row = rng.choice(support)
    fractions = [r for r in support if is_number(r[1])]
    if kind == 0 and len(fractions) > 1:
        one, two = rng.sample(fractions, 2)
        part = Fraction(two[1]) / rng.choice((1, 2, 3))
        one[1], two[1] = str(Fraction(one[1]) + part), str(Fraction(two[1]) - part)
        if two[1] == "0":
            support.remove(two)
    elif kind == 1 and row[0]:
        k = rng.randrange(len(row[0]))
        row[0][k] = copy.deepcopy(rng.choice(model["values"][model["names"][k]]))
    elif kind == 2:
        model["latents"] = sorted({*model["latents"]} ^ {rng.choice(data["atoms"])})
    elif kind == 3:
        name = rng.choice([*model["values"]])
        model["values"][name].append(rng.choice(("7", {"word": "up"}, "0")))
    else:
        support.append(copy.deepcopy(row))
        row[1] = support[-1][1] = str(Fraction(row[1]) / 2) if is_number(row[1]) else row[1]


def graph_changed(data: Json, rng: random.Random, other: Json) -> None:
    graphs = [x["graph"] for x in localities(data) if "graph" in x]
    graphs += [data["model"]["graph"]] if data["model"] and data["model"]["graph"] else []
    if graphs:
        graph = rng.choice(graphs)
        kind = rng.randrange(4)
        if kind == 0 and graph["edges"]:
            graph["edges"].pop(rng.randrange(len(graph["edges"])))
        elif kind == 1:
            graph["edges"].append(rng.choices(graph["nodes"], k=2))
        elif kind == 2:
            graph["latents"] = sorted({*graph["latents"]} ^ {rng.choice(graph["nodes"])})
        else:
            rng.shuffle(graph[rng.choice(("nodes", "edges"))])


def circuit_changed(data: Json, rng: random.Random, other: Json) -> None:
    """An event, a leg, a ray, a table, a coin, an end or a reading."""
    circuit = (data["model"] or {}).get("circuit")
    if not circuit:
        return
    nodes, signals, readings = (circuit[key] for key in ("nodes", "signals", "readings"))
    step = Fraction(rng.choice((-12, -6, -2, -1, 1, 2, 6, 12)), rng.choice((1, 2)))
    kind = rng.randrange(9)
    if kind <= 1 and nodes:
        node = rng.choice(nodes)
        before = copy.deepcopy(node["event"])
        moved(node["event"], step, rng)
        for signal in signals if kind else ():
            if signal["source"] == node["name"] and signal["path"][0] == before:
                signal["path"][0] = copy.deepcopy(node["event"])
            if signal["target"] == node["name"] and signal["path"][-1] == before:
                signal["path"][-1] = copy.deepcopy(node["event"])
    elif kind == 2 and signals:
        moved(rng.choice(rng.choice(signals)["path"]), step, rng)
    elif kind == 3 and signals:
        path = rng.choice(signals)["path"]
        new = copy.deepcopy(rng.choice(path))
        moved(new, step / 4, rng)
        path.insert(rng.randrange(len(path) + 1), new)
    elif kind == 4 and any(s["ray"] for s in signals):
        ray = rng.choice([s["ray"] for s in signals if s["ray"]])
        moved(ray, step / 4, rng)
    elif kind == 5:
        rows = [row for n in nodes for row in n["table"]] + [
            r for s in signals for r in s["carries"]
        ]
        rows = rng.choice((rows, [row for r in readings for row in r["table"]]))
        if rows:
            rng.choice(rows)[1] = copy.deepcopy(rng.choice(rows)[1])
    elif kind == 6 and readings:
        sites = rng.choice(readings)["sites"]
        if sites:
            sites[rng.randrange(len(sites))] = rng.choice([*nodes, *signals])["name"]
    elif kind == 7:
        weights = [n["coin"] for n in nodes if n["coin"]] + [s["weights"] for s in circuit["seeds"]]
        weights = [w for w in weights if len(w) > 1 and all(is_number(x) for _, x in w)]
        if weights:
            one, two = rng.choice(weights)[:2]
            one[1], two[1] = two[1], one[1]
            if rng.random() < 0.5:
                one[1] = str(Fraction(one[1]) / 2)
    else:
        part = rng.choice([p for p in (nodes, signals, readings) if p] or [[0]])
        part.pop(rng.randrange(len(part)))


def moved(event: Json, step: Fraction, rng: random.Random) -> None:
    if rng.random() < 0.5:
        event[0] = str(Fraction(event[0]) + step)
    else:
        k = rng.randrange(len(event[1]))
        event[1][k] = str(Fraction(event[1][k]) + step)


def formalities_changed(data: Json, rng: random.Random, other: Json) -> None:
    kind = rng.randrange(4)
    if kind == 0:
        data["atoms"] = sorted({*data["atoms"]} ^ {rng.choice([*data["atoms"], "new"])})
    elif kind == 1:
        data["values"][rng.choice(data["atoms"])] = ["0", "1"]
    elif kind == 2 and data["values"]:
        del data["values"][rng.choice([*data["values"]])]
    else:
        data["composites"]["whole"] = sorted(rng.choices(data["atoms"], k=2))


SEMANTIC = [
    number_changed, names_exchanged, sets_changed, step_changed, proof_changed, move_changed,
    verdict_changed, relation_changed, words_changed, scope_changed, statement_changed,
    region_changed, use_changed, model_changed, graph_changed, circuit_changed, formalities_changed,
]  # fmt: skip


# ---- what the two say ----------------------------------------------------------------------------


def mutant_of(kinds: dict[str, list[bytes]], rng: random.Random) -> tuple[str, bytes]:
    """The names of the mutations, and what they made; each kind of certificate is as likely."""
    while True:
        raw = rng.choice(kinds[rng.choice(sorted(kinds))])
        if rng.random() < 0.05:
            return "changed_bytes", changed_bytes(raw, rng)
        data, other = json.loads(raw), json.loads(rng.choice(kinds[rng.choice(sorted(kinds))]))
        told = []
        pool = FORMAL if rng.random() < 0.5 else SEMANTIC
        for _ in range(rng.choice((1, 1, 1, 2))):
            mutation = rng.choice(pool)
            try:
                mutation(data, rng, other)
            except (
                LookupError,
                TypeError,
                AttributeError,
                ValueError,
                ArithmeticError,
                RecursionError,
            ):
                continue  # it does not apply to what an earlier one left
            told.append(mutation.__name__)
        if told and data != json.loads(raw):
            text = numbers_in(json.dumps(data, ensure_ascii=rng.random() < 0.5))
            return " ".join(told), text.encode(errors="surrogatepass")


def numbers_in(text: str) -> str:
    """Whole numbers that are too long for Python to write, in their place."""
    head, *rest = text.split('"INT')
    return head + "".join(one.replace('"', "", 1) for one in rest)


def opinions(raw: bytes, verifier: Verifier, folder: Path) -> tuple[str, str]:
    """Why each of the two refuses a certificate, "" where it does not."""
    theirs = ""
    try:
        verifier.verify(raw)
    except CertificateError as error:
        theirs = str(error) or "refused"
    path = folder / "one.json"
    path.write_bytes(raw)
    status, lines = lpc_verify.verify(str(path))
    return theirs, "" if status == 0 else lines[0]


def compared(
    kinds: dict[str, list[bytes]], count: int, seed: int, folder: Path
) -> tuple[Counter[Any], list[tuple[str, str, str, bytes]]]:
    """How many mutants of each mutation are accepted and refused; those that one alone accepts."""
    rng, counts = random.Random(seed), Counter[Any]()
    different = []
    verifier = Verifier()
    for _ in range(count):
        told, raw = mutant_of(kinds, rng)
        theirs, ours = opinions(raw, verifier, folder)
        if bool(theirs) != bool(ours):
            different.append((told, theirs, ours, raw))
        for name in told.split():
            counts[name, "refused" if theirs else "accepted"] += 1
        counts["all", "refused" if theirs else "accepted"] += 1
    return counts, different


def main(arguments: list[str]) -> int:
    from certified import of_proofs
    from with_circuits import of_circuits

    count = int(arguments[0]) if arguments else 10_000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    every = [*(c.data for c in of_proofs().values()), *of_circuits().values(), *of_space().values()]
    kinds = by_kind(every)
    with TemporaryDirectory() as scratch:
        counts, different = compared(kinds, count, seed, Path(scratch))
    print(f"{sum(map(len, kinds.values()))} certificates of {len(kinds)} kinds")
    for name in sorted({name for name, _ in counts}):
        print(
            f"{name:22} {counts[name, 'accepted']:6} accepted {counts[name, 'refused']:6} refused"
        )
    print(f"{len(different)} accepted by one alone")
    for k, (told, theirs, ours, raw) in enumerate(different):
        print(f"{k}: {told}\n    lpc verify: {theirs[:200]!r}\n    single file: {ours[:200]!r}")
        if len(arguments) > 2:
            Path(arguments[2]).mkdir(exist_ok=True, parents=True)
            (Path(arguments[2]) / f"{k}.json").write_bytes(raw)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
