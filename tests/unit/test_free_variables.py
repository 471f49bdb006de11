"""An inequality with free variables speaks for all their values."""

from __future__ import annotations

import json
from itertools import product

import pytest

import lpc
from lpc.certificates import lpc_verify
from lpc.certificates.comparing import SourceFile
from lpc.certificates.verify import Verifier
from lpc.certificates.writing import certificates

HEAD = """variables { A in {0, 1} ; B in {0, 1} ; a in {0, 1} ; b in {0, 1} ; λ in {0, 1} ; μ }
assume F : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
assume SI : λ _||_ a, b
assume D : a determined by b
define up(x) := P(A = 1 | a = x)
"""
CLAIMS = """claim "one" : entail P(A | a) <= 1
claim "at least 0" : entail P(A | a) >= 0
claim "a part" : entail P(A, B | a, b) <= P(A | a, b)
claim "summed" : entail sum[A] P(A, B | a) <= P(B | a)
claim "by F" : F, SI entail P(A, B | a, b) <= P(A | a)
claim "not alone" : F do not entail P(A, B | a, b) <= P(A | a)
claim "half" : F, SI do not entail P(A | a) <= 1/2
claim "strict" : do not entail P(A | a) < 1
claim "a factor" : do not entail A P(A | a) <= 1/3
claim "distance" : entail |P(A | a) - P(B | a)| <= 1
claim "not so near" : do not entail |P(A | a) - P(B | a)| < 1
claim "by name" : do not entail up(0) <= P(A | a = 1)
"""


def items(claims: str, head: str = HEAD) -> dict[str | None, lpc.Item]:
    return {item.name: item for item in lpc.check(lpc.parse(head + claims)).items}


def test_all_come_out_as_stated():
    found = items(CLAIMS)
    assert {n: i.verdict.value for n, i in found.items() if not i.as_expected} == {}
    assert found["one"].needs == ((),)
    assert found["by F"].needs == (("F", "SI"),)


def test_certificates_and_both_verifiers(tmp_path):
    path = tmp_path / "free.lpc"
    path.write_text(HEAD + CLAIMS, encoding="utf-8")
    document = lpc.load(path)
    source = SourceFile.read(str(path), None)
    for one in certificates(document, lpc.check(document), path.read_bytes()):
        assert one.refused == ""
        assert Verifier().verify(one.data).verdict in ("entailed", "refuted")
        source.check(one.data)
        (tmp_path / one.name).write_bytes(one.data)
        status, said = lpc_verify.verify(str(tmp_path / one.name))
        assert status == 0, said


def test_a_certificate_of_fewer_values_is_not_that_of_the_claim(tmp_path):
    path = tmp_path / "free.lpc"
    path.write_text(HEAD + 'claim "one" : entail P(A | a) <= 1\n', encoding="utf-8")
    document = lpc.load(path)
    (one,) = certificates(document, lpc.check(document), path.read_bytes())
    data = json.loads(one.data)
    del data["goal"]["all"][0]["inequality"]["forms"][0]
    with pytest.raises(lpc.LpcError, match="not what the file says"):
        SourceFile.read(str(path), None).check(json.dumps(data).encode())


@pytest.mark.parametrize(
    ("claim", "names"),
    [
        ("{v} P(A = {A} | a = {a}) <= 1/2", "F, SI"),
        ("P(A = {A}, B = {B} | a = {a}, b = {b}) <= P(A = {A} | a = {a})", "F, SI"),
        ("P(A = {A}, B = {B} | a = {a}) <= P(B = {B} | a = {a})", "SI"),
        ("P(A = {A} | a = {a}) <= P(A = {A} | a = {a}, b = {b})", "SI"),
    ],
)
def test_it_says_what_all_its_instances_say(claim, names):
    free = "AaBb" if "{B}" in claim else "Aab" if "{b}" in claim else "Aa"
    every = [
        claim.format(v="", **dict(zip(free, values, strict=True)))
        for values in product("01", repeat=len(free))
    ]
    open_ = claim.format(v="", **{n: n for n in "AaBb"})
    for name in "AaBb":
        open_ = open_.replace(f"{name} = {name}", name)
    whole = items(f"claim : {names} entail {open_}\n")[None].verdict.value
    parts = [items(f"claim : {names} entail {one}\n")[None].verdict.value for one in every]
    assert whole == ("entailed" if set(parts) == {"entailed"} else "refuted")


def test_where_it_fails_is_told_at_values():
    item = items("claim : do not entail P(A | a) <= 1/2\n")[None]
    assert item.model.broken.left in {f"P(A = {x} | a = {y})" for x in "01" for y in "01"}


def test_a_model_with_an_impossible_condition_refutes_nothing():
    # NB: with a = b no model has all of P(… | a, b); none that leaves some out is shown.
    item = items("claim : D entail P(A, B | a, b) <= 1/2\n")[None]
    assert item.verdict.value == "undecided"


def test_sums_and_values_bind():
    said = lpc.parse(HEAD + "claim : entail sum[A] P(A | a) <= 1\n").items[0].formula
    assert [x.text for x in said.instances] == [
        "sum[A] P(A | a = 0) <= 1",
        "sum[A] P(A | a = 1) <= 1",
    ]
    both = lpc.parse(HEAD + "claim : entail sum[A] P(A | a = 0) <= 1 + P(A)\n").items[0].formula
    assert [x.text for x in both.instances] == [
        "sum[A] P(A | a = 0) <= 1 + P(A = 0)",
        "sum[A] P(A | a = 0) <= 1 + P(A = 1)",
    ]
    closed = lpc.parse(HEAD + "claim : entail P(A = 0 | a = 1) <= 1\n").items[0].formula
    assert closed.instances == ()
    assert closed.closed == (closed,)


def test_parts_take_the_place_of_a_composite():
    text = "variables { A in {0, 1} ; x in {0, 1} ; y in {0, 1} ; z }\nsplit z into x, y\n"
    said = lpc.parse(text + "claim : entail P(A = 1 | z) <= 1\n").items[0].formula
    assert len(said.instances) == 4
    assert said.instances[1].text == "P(A = 1 | x = 0, y = 1) <= 1"


def test_values_that_are_words_or_fractions():
    text = "variables { A in {up, down} ; a in {-1/2, 3} }\n"
    said = lpc.parse(text + "claim : entail P(A | a) <= 1\n").items[0].formula
    assert [x.text for x in said.instances][:2] == [
        "P(A = up | a = -1/2) <= 1",
        "P(A = up | a = 3) <= 1",
    ]


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("entail P(A | μ) <= 1", "`μ` is free, so this is said of all its values, and none are"),
        ("entail P(A = B | a) <= P(B | a)", "`B` has no value here"),
        ("entail P(A = B | a = 0) <= 1", "`B` has no value here"),
        ("entail P(A | zz) <= 1", "there is no variable `zz`"),
    ],
)
def test_what_has_no_values(claim, message):
    with pytest.raises(lpc.DocumentError) as caught:
        lpc.parse(f"{HEAD}claim : {claim}\n")
    (said,) = caught.value.diagnostics
    assert said.message.startswith(message)


def test_too_many_values():
    values = ", ".join(map(str, range(20)))
    text = f"variables {{ A in {{{values}}} ; a in {{{values}}} }}\nclaim : entail P(A | a) <= 1\n"
    with pytest.raises(lpc.DocumentError, match="400 choices"):
        lpc.parse(text)
