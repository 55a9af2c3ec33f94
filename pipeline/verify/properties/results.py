"""What checking a law came to."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

#: Holds on every input it was run on; does not on at least one; nothing here can check it; the interpreter
#: or the inputs did not tell.
Standing = Literal["holds", "broken", "unchecked", "undecided"]


class Counterexample(msgspec.Struct, frozen=True):
    """A call that breaks a law, as small as was found, and what it did there, in words.

    `beyond` says that it is unlike all examples: nobody may mean such an input.
    """

    call: str
    did: str
    beyond: bool = False


class PropertyResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One law of one function, checked on generated inputs.

    `name` is the clause it comes from (`assertion.2`, `effect.1`) where it is asked for, otherwise the kind
    of law. `basis` says whose word it is: what is "proposed" was never asked for, and says nothing where it
    is broken unless other candidates keep it. `hinted` is whether words spoke for it rather than types alone.

    `ran` counts the inputs on which it was seen to hold or not, `skipped` those on which the code gave no
    value that the law is about; on `unended` of these it ran too long, out of memory or into a crash. On
    `vacuous` more it holds, as the result has too few items for it to say anything of them. Where
    it holds on every input within a small bound, `exhausted` says whether that is all there are ("whole") or
    not ("within" `bound`). `checks` are some of the inputs drawn, and `small` all within the bound, as Python
    expressions that are true (they may use what `pipeline.verify.evidence.plain` defines); none where the law
    has no plain form. Where it is broken, there is one in `checks`, which is not true. `untried` is whether
    it is about arguments of which none was found.
    """

    function: str
    name: str
    text: str
    basis: str
    standing: Standing
    source: str = ""
    hinted: bool = True
    ran: int = 0
    skipped: int = 0
    unended: int = 0
    vacuous: int = 0
    seed: int = 0
    seconds: float = 0.0
    interpreter: str = ""
    counterexample: Counterexample | None = None
    checks: tuple[str, ...] = ()
    reason: str = ""
    exhausted: Literal["", "within", "whole"] = ""
    bound: str = ""
    small: tuple[str, ...] = ()
    untried: bool = False

    @property
    def asked(self) -> bool:
        """Whether a person or the prompt asks for it, so that breaking it speaks against the code."""
        return self.basis in ("stated", "decided", "assumed")

    @property
    def against(self) -> bool:
        """Whether it speaks against the code: it is asked for, and broken on an input like the examples.

        The declared type of the result is not enough: a generated input may be one that nobody means.
        """
        if self.source == "signature":
            return False
        broken = self.standing == "broken" and self.counterexample is not None
        return self.asked and broken and not (self.counterexample and self.counterexample.beyond)

    @property
    def gives_none(self) -> str:
        """Where the code gives None, and its stated header says that it does not."""
        seen = self.counterexample
        stated = self.source == "signature" and self.basis in ("stated", "decided")
        if seen is None or not stated or seen.did != "returns None":
            return ""
        return f"{seen.call} returns None, which its signature does not allow for"

    @property
    def without(self) -> str:
        """The inputs drawn that came to no result, as the end of what tells of the others."""
        return f" but the {self.unended} without a result" if self.unended else ""

    @property
    def _hardly(self) -> str:
        """How many of the inputs drawn gave it nothing to speak of, where they are most of them."""
        few = f"; {self.vacuous} more gave too few items to tell"
        return few if self.vacuous > self.ran else ""

    def __str__(self) -> str:
        match self.standing:
            case "holds" if self.exhausted == "whole":
                return f"{self.text} (holds on every input there is)"
            case "holds" if self.exhausted:
                return f"{self.text} (holds on every input within {self.bound})"
            case "holds":
                drawn = f"{self.ran} generated inputs"
                return f"{self.text} (holds on {drawn}{self.without}{self._hardly})"
            case "broken" if self.counterexample is not None:
                return f"{self.text}: not for {self.counterexample.call}, which {self.counterexample.did}"
            case _:
                return f"{self.text} was not checked: {self.reason}"

    def plain(self) -> dict[str, Any]:
        """The result as JSON-able data."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        return data
