"""What evaluation of a model or a quantity can run into, as messages to the author."""

from __future__ import annotations

from lpc.logic import Diagnostic, Severity, Span
from lpc.logic.expressions import EvaluationError, Fault


def diagnostic(error: EvaluationError) -> Diagnostic:
    """The message for an evaluation that could not go on."""
    details = (*error.details, "", "", "")
    code, message, label, hint = _TEXTS[error.fault]
    one, two, three = details[:3]
    fill = {"one": _short(one), "two": _short(two), "three": _short(three)}
    parts = (text.format(**fill) for text in (message, label, hint))
    return Diagnostic(Severity.ERROR, code, next(parts), error.span, *parts)


def missing(model: str, names: tuple[str, ...], what: str, span: Span) -> Diagnostic:
    """The message for a claim about variables to which a model gives no value."""
    listed = ", ".join(f"`{name}`" for name in names)
    them = "it" if len(names) == 1 else "them"
    return Diagnostic(
        Severity.ERROR,
        "E262",
        f"the model `{model}` gives no value to {listed}",
        span,
        f"{what} speaks of {them}",
        f"add a line for {them} to the model",
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


_TEXTS: dict[Fault, tuple[str, str, str, str]] = {
    Fault.SUM_NOT_ONE: (
        "E250", "the weights do not sum to one", "the sum is {one}", "",
    ),
    Fault.NEGATIVE_WEIGHT: (
        "E251", "a weight is negative", "this is {one}", "weights are 0 or more",
    ),
    Fault.WEIGHT_NO_NUMBER: (
        "E252", "a weight is not a number", "this is {one}", "write `{{ value : weight, … }}`",
    ),
    Fault.NOT_A_VALUE: (
        "E253", "{one} is not a value of `{two}`", "declared are {three}", "",
    ),
    Fault.TWO_VALUES: (
        "E204", "`{one}` stands in one probability with two values", "{two} and {three}", "",
    ),
    Fault.NO_NUMBER: (
        "E254", "{one} is not a number", "a number is needed here", "",
    ),
    Fault.DIVISION_BY_ZERO: (
        "E213", "division by zero", "this is 0", "",
    ),
    Fault.NO_TRUTH: (
        "E255", "{one} is neither true nor false", "expected a comparison, 0 or 1",
        "write for instance `x = 1`",
    ),
    Fault.NO_PAIR: (
        "E256", "`{one}` takes a pair, not {two}", "not a pair", "a pair is written (x, y)",
    ),
    Fault.NO_TUPLE: (
        "E257", "`{one}` is made of {three} parts, so its value is a tuple of {three}",
        "this is {two}", "or give each part its value",
    ),
    Fault.NO_ANGLE: (
        "E258", "cos and sin are exact for rational multiples of pi only", "{one}",
        "write for instance cos(pi/8)",
    ),
    Fault.TOO_MANY: (
        "E259", "the model has more than {one} outcomes", "too many from here on",
        "fewer fresh variables, or fewer values",
    ),
    Fault.TOO_LARGE: (
        "E260", "{one} grows too large", "beyond the limits of exact arithmetic", "",
    ),
    Fault.BEYOND: (
        "E261", "this number is beyond exact arithmetic", "{one}",
        "rational numbers, their square roots, and cos and sin of multiples of pi are exact",
    ),
    Fault.NOT_NORMALISED: (
        "E273", "the state is not normalised", "the squares of the amplitudes sum to {one}", "",
    ),
    Fault.NOT_HERMITIAN: (
        "E274", "the observable is not Hermitian", "this is {one}", "",
    ),
    Fault.NO_OBSERVABLE: (
        "E275", "this is no observable of this party", "{one}; needed: {two}",
        "write for instance spin(pi/4) or [[1, 0], [0, -1]]",
    ),
    Fault.OPEN: (
        "E278", "this depends on an open angle", "{one}", "",
    ),
}  # fmt: skip
