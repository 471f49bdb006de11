"""Metamath at work on folders of certificates, each database written anew and thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from lpc.certificates.folders import find, read
from lpc.certificates.metamath.checking import Checked, check_with_metamath
from lpc.certificates.metamath.database import NotCovered
from lpc.certificates.metamath.writing import metamath_source
from lpc.certificates.strict import CertificateError, read_json


def verify_folders(
    paths: Iterable[str], accepted: Container[str]
) -> Iterator[tuple[str, Checked | None]]:
    """What Metamath says of every certificate below some folders; None where it covers nothing.

    Args: `accepted`, the paths of those that our own kernel accepts; no other reaches Metamath.
    A database beside a certificate must be the one that the certificate gives now.
    Raises: FileNotFoundError when Metamath is not installed, CertificateError.
    """
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "proof.mm"
        for path in find(paths):
            if path in accepted:
                yield path, _verify(path, target)


def _verify(path: str, target: Path) -> Checked | None:
    try:
        certificate = read_json(read(path))
        text = metamath_source(certificate)
        if text is None:
            return None
        beside = Path(path).with_suffix(".mm")
        if beside.is_file() and beside.read_text(encoding="utf-8", errors="replace") != text:
            return Checked(False, f"{beside.name} is not what the certificate says")
        target.write_text(text, encoding="utf-8")
        return check_with_metamath(target, certificate)
    except NotCovered:
        return None
    except CertificateError as error:
        return Checked(False, str(error))
