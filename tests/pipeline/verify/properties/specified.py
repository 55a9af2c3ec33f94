"""Functions as the IR has them, for tests: a header, examples, and what is said of them."""

from __future__ import annotations

from pipeline.ir import Assertion, Effect, Function, stated
from tests.pipeline.verify.inputs.functions import function

SAYS = stated(0, 1)


def specified(
    header: str,
    *examples: str,
    words: str = "",
    says: tuple[str, ...] = (),
    expressions: tuple[str, ...] = (),
    effects: tuple[tuple[str, str], ...] = (),
) -> Function:
    """The function of a `def` header; `says` are assertions in English, `expressions` those in Python."""
    assertions = [Assertion(text=text, provenance=SAYS) for text in says]
    assertions += [Assertion(text=text, expression=text, provenance=SAYS) for text in expressions]
    made = [Effect.model_validate({"kind": k, "text": t, "provenance": SAYS}) for k, t in effects]
    return function(header, *examples, words=words).model_copy(
        update={"assertions": tuple(assertions), "effects": tuple(made)}
    )
