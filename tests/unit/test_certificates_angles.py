"""Certificates of claims about open angles: what is accepted, and which changes are refused."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from at_angles import claims, is_true
from certified import of_proofs

import lpc
from lpc.certificates.coq import NotCovered, coq_source
from lpc.certificates.coverage import kind_of
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier
from lpc.certificates.waves import decode_angle, decode_scalar, encode_angle, encode_scalar
from lpc.certificates.writing import certificates
from lpc.exact import open_angle

ROOT = Path(__file__).resolve().parent.parent.parent


def of_files():
    found = {name: json.loads(c.data) for name, c in of_proofs().items()}
    return {n: d for n, d in found.items() if d["model"] and "angles" in d["model"]}


def data_of(name):
    return json.loads(claims()[name].data)


def refusal(data):
    with pytest.raises(CertificateError) as error:
        Verifier().verify(json.dumps(data, ensure_ascii=False).encode())
    return str(error.value)


# ---- what is certified ---------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "count"), [("chsh", 3), ("ghz", 2)])
def test_the_files_with_open_angles_are_certified(file, count, tmp_path, run_lpc):
    done = run_lpc("certify", f"proofs/{file}.lpc", "-o", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "undecided" not in done.stdout
    done = run_lpc("verify", "-v", str(tmp_path))
    assert done.returncode == 0
    assert ", 0 refused" in done.stdout
    assert len([n for n in of_files() if n.startswith(f"{file}/")]) == count


def test_the_goal_says_for_which_angles(tmp_path, run_lpc):
    (tmp_path / "a.json").write_bytes(of_proofs()["chsh/019-claim-eq-5.json"].data)
    done = run_lpc("verify", "-v", str(tmp_path))
    assert "P(A = -1, B = -1 | α = α, β = β)" in done.stdout
    assert "= -cos(α - β) for all α, β\n" in done.stdout


@pytest.mark.parametrize("name", list(claims()))
def test_every_claim_is_certified_and_right_by_another_reckoning(name):
    one = claims()[name]
    assert one.refused == ""
    assert one.checked.verdict in ("holds", "fails")
    assert is_true(json.loads(one.data), random.Random(name))


def test_the_schema_knows_them():
    schema = json.loads((ROOT / "lpc/certificates/schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for name, one in claims().items():
        assert validator.is_valid(json.loads(one.data)), name
    for key, value in (("angles", []), ("latents", ["A"]), ("support", [[["1"], "x"]])):
        data = data_of("equal")
        data["model"][key] = value
        assert not validator.is_valid(data), key
    data = data_of("equal")
    del data["model"]["angles"]
    assert not validator.is_valid(data)


def test_their_row_of_the_table_is_not_for_coq():
    for data in of_files().values():
        assert kind_of(data) == "open angles"
        with pytest.raises(NotCovered, match="left open"):
            coq_source(data)


def certified(claim, block="state { (0, 0) : cos(θ/2), (1, 0) : sin(θ/2) }"):
    text = f"""
    variables {{ A in {{-1, +1}} ; B in {{-1, +1}} ; θ }}
    quantum q {{ {block} ; A := cos(θ/3) sigma_z + sin(θ/3) sigma_x on 1 ; B := sigma_z on 2 }}
    claim : {claim}
    """
    document = lpc.parse(text)
    (one,) = certificates(document, lpc.check(document), text.encode())
    return one


def test_whole_turns_are_left_out_only_where_they_change_nothing():
    one = certified("P(A = 1 | θ = -pi/2) of q = P(A = 1 | θ = 7 pi/2)")
    assert one.checked.verdict == "undecided"
    assert "fractions of θ matter" in one.refused
    one = certified("P(A = 1 | θ = 3 pi/2) of q = 0")
    assert (one.refused, one.checked.verdict) == ("", "holds")
    one = certified("P(B = 1 | θ = -pi/2) of q = 1", "state { (0, 0) : cos(θ), (1, 0) : sin(θ) }")
    assert "fractions of θ matter" in one.refused


def test_what_is_undecided_claims_nothing():
    one = certified("P(A = 1 | θ) * P(A = 1 | θ) of q != 0 expect undecided")
    assert one.checked.verdict == "undecided"


# ---- changes to what is certified ----------------------------------------------------------------


def waves_of(data):
    return [row[1] for row in data["model"]["support"]]


def coefficient(data):
    waves_of(data)[0]["waves"][-1][1] = "1/7"


def frequency(data):
    (key, *_) = waves_of(data)[0]["waves"][-1][0]
    waves_of(data)[0]["waves"][-1][0][key] = "2"


def sign(data):
    term = waves_of(data)[0]["waves"][0]
    term[1] = term[1].removeprefix("-") if term[1].startswith("-") else f"-{term[1]}"


def dropped(data):
    data["model"]["support"].pop()


def not_real(data):
    """Two weights that stay complementary, with imaginary parts."""
    for k, part in ((0, "1/8"), (1, "-1/8")):
        waves_of(data)[k]["waves"][-1][2] = part


def too_much(data):
    constant = next(t for t in waves_of(data)[0]["waves"] if t[0] == {})
    constant[1] = "1/3"


def a_number(data):
    data["model"]["support"][0][1:] = ["1/4"]


def unnamed(data):
    data["model"]["angles"].pop()


def closed(data):
    del data["model"]["angles"]


def unknown(data):
    data["model"]["angles"] = sorted([*data["model"]["angles"], "ω"])


def measured(data):
    """An angle among the variables."""
    data["model"]["names"][0] = data["model"]["angles"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (coefficient, "not real|sum to one"),
        (frequency, "not real|sum to one|normal form"),
        (sign, "not real|sum to one"),
        (dropped, "sum to one|values that do not occur"),
        (not_real, "not real"),
        (too_much, "sum to one"),
        (a_number, "sum to one"),
        (unnamed, "no open angle of the model"),
        (closed, "no open angle of the model"),
        (unknown, "ω is not among the atoms"),
        (measured, "entry for every variable"),
    ],
)
def test_changes_to_the_model_are_refused(change, message):
    assert len(of_files()) == 5
    for name, data in of_files().items():
        change(data)
        said = refusal(data)
        assert any(words in said for words in message.split("|")), (name, said)


def probabilities(tree):
    ((kind, inside),) = tree.items()
    if kind == "probability":
        yield inside
    elif kind != "constant":
        for part in [inside] if isinstance(inside, dict) else inside:
            yield from probabilities(part)


def places(data):
    """The angles right of bars, each with its object."""
    for side in ("left", "right"):
        for _, given in probabilities(data["goal"]["value"][side]):
            yield from ((given, n) for n, v in given.items() if "angle" in v)


def turned(data):
    for given, name in list(places(data))[:1]:
        given[name] = {"angle": {"order": 3, "turns": 1, "plus": {}}}


def doubled(data):
    for given, name in list(places(data))[:1]:
        given[name]["angle"]["plus"] = dict.fromkeys(data["model"]["angles"], "2")


def no_angle(data):
    for given, name in list(places(data))[:1]:
        given[name] = "0"


def stranger(data):
    for given, name in list(places(data))[:1]:
        given[name]["angle"]["plus"] = {"A": "1"}


def nobody(data):
    for given, name in list(places(data))[:1]:
        given[name]["angle"]["plus"] = {"#α": "1"}


def opposite(data):
    data["verdict"] = "fails"


def event(data):
    one = next(probabilities(data["goal"]["value"]["left"]))
    one[0]["α"] = "0"


def no_variable(data):
    data["atoms"] = sorted({*data["atoms"], "Z"})
    next(probabilities(data["goal"]["value"]["left"]))[0]["Z"] = "0"


def evidence(data):
    data["evidence"] = [{"names": [], "proofs": []}]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (no_angle, "an angle is needed"),
        (stranger, "A is no open angle of the model"),
        (nobody, "no name holds #"),
        (opposite, "holds for all angles"),
        (event, "is any angle and has no probability"),
        (no_variable, "Z is no variable of the model"),
        (evidence, "shows the value of a quantity only"),
    ],
)
def test_changes_to_the_goal_are_refused(change, message):
    for data in of_files().values():
        change(data)
        assert message in refusal(data)


@pytest.mark.parametrize("change", [turned, doubled])
@pytest.mark.parametrize("name", ["equal", "both sides", "far result", "thirds"])
def test_another_angle_is_refused_where_it_matters(change, name):
    data = data_of(name)
    change(data)
    assert "the relation fails in the model" in refusal(data)


def test_other_coefficients_on_the_right_are_refused():
    data = data_of("equal")
    data["goal"]["value"]["right"]["constant"]["waves"][0][1] = "-1/3"
    assert "a side of the relation is not real" in refusal(data)
    for term in data["goal"]["value"]["right"]["constant"]["waves"]:
        term[1] = "-1/3"
    assert "the relation fails" in refusal(data)
    data["verdict"] = "fails"
    assert Verifier().verify(json.dumps(data).encode()).verdict == "fails"


def test_inequalities_are_shown_by_the_bound_alone():
    data = data_of("at most")
    data["goal"]["value"]["op"] = "<"
    assert "the relation fails" in refusal(data)
    data = data_of("at most")
    data["goal"]["value"]["right"] = {"constant": "999/1000"}
    assert "the relation fails" in refusal(data)
    data["goal"]["value"]["op"] = "!="
    for verdict in ("holds", "fails"):
        data["verdict"] = verdict
        assert "the relation is open" in refusal(data)


def test_a_left_out_angle_must_not_matter():
    data = data_of("equal")
    for _, given in probabilities(data["goal"]["value"]["left"]):
        del given["β"]
    assert "a probability depends on β, which is not given" in refusal(data)
    data = data_of("mean")
    one = next(probabilities(data["goal"]["value"]["left"]))
    one[0], one[1] = {"B": "1"}, {"A": "1", **one[1]}
    assert "a condition whose probability depends on an open angle" in refusal(data)


def test_an_angle_left_out_is_not_the_free_angle_of_the_same_name():
    """With β := α on the right and α left out, α - β would cancel if both were one symbol."""
    data = data_of("far result")
    ((_, given),) = probabilities(data["goal"]["value"]["left"])
    del given["α"]
    given["β"] = {"angle": {"order": 1, "turns": 0, "plus": {"α": "1"}}}
    data["goal"]["value"]["right"] = {"constant": "0"}
    assert "depends on α, which is not given" in refusal(data)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (lambda x: {"absolute": x}, "depends on an open angle"),
        (lambda x: {"quotient": [{"constant": "1"}, x]}, "depends on an open angle"),
        (lambda _: {"quotient": [{"constant": "1"}, {"constant": "0"}]}, "divides by zero"),
        (lambda _: {"constant": {"word": "up"}}, "no number"),
        (lambda _: {"constant": {"pi": "1"}}, "no number"),
        (lambda _: {"constant": {"waves": [[{}, "0", "1"]]}}, "not real"),
    ],
)
def test_quantities_that_have_no_value_at_all_angles(tree, message):
    data = data_of("equal")
    data["goal"]["value"]["left"] = tree(data["goal"]["value"]["left"])
    assert message in refusal(data)


def test_only_values_are_shown_by_such_a_model():
    data = data_of("equal")
    data["goal"] = {
        "each": [{"name": "I", "text": "", "all": [{"independence": [["A"], ["B"], []]}]}]
    }
    data["goal"]["wanted"] = False
    assert "shows the value of a quantity only" in refusal(data)
    data = data_of("equal")
    data["verdict"], data["goal"] = "refuted", {"all": [{"independence": [["A"], ["B"], []]}]}
    assert "shows the value of a quantity only" in refusal(data)
    for key, value in (("latents", ["A"]), ("graph", {"nodes": [], "latents": [], "edges": []})):
        data = data_of("equal")
        data["model"][key] = value
        assert "no latents and no graph" in refusal(data)


def test_an_angle_is_no_variable_of_the_model_or_of_the_values():
    for name in ("A", "a"):
        data = data_of("left out")
        assert name in data["values"]
        data["model"]["angles"] = sorted([name, *data["model"]["angles"]])
        data["goal"]["value"]["left"] = {"constant": "1/2"}
        assert f"{name} is any angle and has no values" in refusal(data)


def test_the_key_is_there_only_with_angles():
    data = data_of("left out")
    data["model"]["angles"] = []
    assert "a model without open angles has no such key" in refusal(data)


def test_what_is_given_is_certain():
    for event, value in (("1", "1"), ("-1", "0")):
        data = data_of("left out")
        ((one, given),) = probabilities(data["goal"]["value"]["left"])
        one["A"], given["A"] = event, "1"
        data["goal"]["value"]["right"] = {"constant": value}
        assert Verifier().verify(json.dumps(data).encode()).verdict == "holds"


def test_weights_are_no_zeros_and_no_negative_numbers():
    for weight, other in (("0", "1"), ("-1", "2")):
        data = data_of("left out")
        rows = data["model"]["support"]
        assert len(rows) == 4
        rows[0][1], rows[1][1], rows[2][1], rows[3][1] = weight, other, "1/2", "-1/2"
        assert "a weight that is not positive" in refusal(data)


def negative_factor(squares):
    squares[0][0] = "-1"


def no_factor(squares):
    squares[0][0] = "0"


def other_factor(squares):
    squares[0][0] = "1/2"


def amplitude_less(squares):
    squares[0][1].pop()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (negative_factor, "a factor of squares that is not positive"),
        (no_factor, "a factor of squares that is not positive"),
        (other_factor, "not the sum of its squares"),
        (amplitude_less, "not the sum of its squares"),
        (list.clear, "squares stand beside|not the sum of its squares"),
    ],
)
def test_weights_are_sums_of_squares(change, message):
    for data in of_files().values():
        change(data["model"]["support"][0][2])
        assert any(words in refusal(data) for words in message.split("|")), refusal(data)
        data["model"]["support"][0].pop()
        assert "squares stand beside each weight that is a wave" in refusal(data)


def test_no_weight_is_negative_anywhere():
    """A wave more on one outcome and less on another, so large that one of them is negative."""
    data = data_of("equal")
    for row, sign in zip(data["model"]["support"], ("1", "-1"), strict=False):
        for term in row[1]["waves"]:
            if term[0]:
                term[1] = str(Fraction(term[1]) + Fraction(sign))
    assert "a weight that is not the sum of its squares" in refusal(data)


def test_an_ordinary_model_has_no_waves():
    data = data_of("left out")
    del data["model"]["angles"]
    for row in data["model"]["support"]:
        row[1:] = ["1/4"]
    data["goal"]["value"]["left"] = {"constant": {"waves": [[{}, "0", "1"]]}}
    assert "a number is needed" in refusal(data)
    data["goal"]["value"]["left"] = {"probability": [{"A": "1"}, {}]}
    assert Verifier().verify(json.dumps(data).encode()).verdict == "holds"


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waves", "message"),
    [
        (None, "a list is needed"),
        ([], "normal form"),
        ([[{}, "1", "0"]], "normal form"),
        ([[{"α": "1"}, "0", "0"]], "normal form"),
        ([[{"α": "1"}, "1", "0"], [{"α": "-1"}, "1", "0"]], "normal form"),
        ([[{"α": "1"}, "1/2", "0"], [{"α": "1"}, "1/2", "0"]], "normal form"),
        ([[{"α": "1"}, "1", "0"], [{}, "1", "0"]], "normal form"),
        ([[{"α": "0"}, "1", "0"]], "a multiple of α that is 0"),
        ([[{"α": "2/4"}, "1", "0"]], "lowest terms"),
        ([[{"α": 1}, "1", "0"]], "is needed"),
        ([[{"α": "1" * 3900}, "1", "0"]], "too long"),
        ([[{"ω": "1"}, "1", "0"]], "ω is no open angle of the model"),
        ([[["α"], "1", "0"]], "multiples of angles are needed"),
        ([[{"α": "1"}, "1"]], "3 entries are needed"),
        ([[{"α": "1"}, {"waves": []}, "0"]], "a number is needed"),
        ([[{"α": "1"}, "0.5", "0"]], "is needed"),
        ([[{"α": "1"}, "1", "0"]] * 2001, "more than 2000"),
    ],
)
def test_waves_that_are_refused(waves, message):
    with pytest.raises(CertificateError, match=message):
        decode_scalar({"waves": waves}, "here", ("α", "β"))


def test_a_wave_is_alone_in_its_object():
    with pytest.raises(CertificateError, match="one key"):
        decode_scalar({"waves": [[{"α": "1"}, "1", "0"]], "order": 1}, "here", ("α",))


def test_waves_come_back():
    for data in of_files().values():
        for weight in waves_of(data):
            found = decode_scalar(weight, "here", data["model"]["angles"])
            assert encode_scalar(found) == weight


@pytest.mark.parametrize(
    ("angle", "message"),
    [
        ("0", "an angle is needed"),
        ({"pi": "1/2"}, "an angle is needed"),
        ({"angle": {"order": 1, "turns": 0}}, '"plus" is missing'),
        ({"angle": {"order": 0, "turns": 0, "plus": {}}}, "from 1 to 2000"),
        ({"angle": {"order": 4, "turns": 4, "plus": {}}}, "from 0 to 3"),
        ({"angle": {"order": 4, "turns": -1, "plus": {}}}, "from 0 to 3"),
        ({"angle": {"order": 4, "turns": 2, "plus": {}}}, "lowest terms"),
        ({"angle": {"order": 4, "turns": 0, "plus": {}}}, "lowest terms"),
        ({"angle": {"order": 1, "turns": 0, "plus": {"α": "0"}}}, "that is 0"),
        ({"angle": {"order": 1, "turns": 0, "plus": []}}, "multiples of angles"),
        ({"angle": {"order": True, "turns": 0, "plus": {}}}, "whole number"),
    ],
)
def test_angles_that_are_refused(angle, message):
    with pytest.raises(CertificateError, match=message):
        decode_angle(angle, "here", ("α",))


def test_angles_come_back():
    rng = random.Random(3)
    for _ in range(200):
        parts = [(n, Fraction(rng.randrange(-3, 4), 2)) for n in "αβ"]
        angle = open_angle(Fraction(rng.randrange(24), 12), parts)
        assert decode_angle(encode_angle(angle), "here", ("α", "β")) == angle
