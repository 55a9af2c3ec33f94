"""What a free answer says that a call gives: a value, or what it raises; or that nobody can say."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator

from pipeline.ir import Example, Program, Provenance
from pipeline.syntax import BUILTINS, expression, is_construction, is_literal, parse_module

#: Leaves an input free: whatever the code gives there is fine, and it is not asked again.
ANY = "any"
UNDEFINED = "undefined"
"""As a proposal of rules: the input never comes, which leaves it free as well."""
#: From somebody who cannot say: the question stays open, and is not asked again in the session.
UNKNOWN = "don't know"

_MESSAGE = r"(?:\s*\(.*\)|\s*:.*|\s+with\s+(?:the\s+|a\s+)?(?:message|text)\b.*)?"
_RAISES = re.compile(
    r"(?P<said>(?:it\s+)?(?:should\s+)?(?:raises?|throws?)\s+(?:an?\s+)?)?(?P<name>[A-Za-z_][\w.]*)"
    + _MESSAGE,
    re.IGNORECASE | re.DOTALL,
)
_RETURNS = re.compile(r"(?:it\s+)?(?:should\s+)?returns?\s+(?P<value>.+)", re.IGNORECASE | re.DOTALL)
_ERRORS = ("Error", "Exception", "Exit", "Interrupt", "StopIteration")
_MEMBER = re.compile(r"<([A-Za-z_]\w*\.[A-Za-z_]\w*): [^<>]*>")
"""How a member of an enumeration prints."""
_WORDS = {"true": "True", "false": "False", "none": "None", "null": "None", "nil": "None"}
_UNKNOWN = re.compile(
    r"(?:i\s+)?(?:don'?t|do\s+not|dont)\s+know|i\s+can(?:'?t|not)\s+(?:say|tell)|can(?:'?t|not)\s+(?:say|tell)"
    r"|dunno|idk|unknown|unsure|not\s+sure|no\s+idea|skip|pass|\?+",
    re.IGNORECASE,
)
_MAKERS = frozenset({"date", "datetime", "time", "timedelta", "deque", "decimal", "fractions", "pathlib"})
"""Of the standard library, what makes values, or holds what does, and begins with a small letter."""
_ANY = re.compile(
    r"any|any\s+(?:of\s+(?:these|them|those)|value|one)(?:\s+is\s+fine)?|anything(?:\s+(?:goes|is\s+fine))?|whatever"
    r"|either|(?:i\s+)?(?:don'?t|do\s+not|dont)\s+care|(?:it\s+)?(?:doesn'?t|does\s+not)\s+matter",
    re.IGNORECASE,
)


def says_unknown(answer: str) -> bool:
    """Whether somebody says that they cannot say."""
    return bool(_UNKNOWN.fullmatch(_plain(answer)))


def says_any(answer: str) -> bool:
    """Whether somebody says that all is fine."""
    return bool(_ANY.fullmatch(_plain(answer)))


def leaves_free(value: str) -> bool:
    """Whether a hole of that value leaves its input free."""
    return value in (ANY, UNDEFINED)


def _plain(answer: str) -> str:
    return answer.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").rstrip(".! ")


def answer_example(probe: str, answer: str, provenance: Provenance) -> Example | None:
    """The example that a free answer to a probe call states; None where it is only a sentence."""
    if (raised := raised_in(answer)) is not None:
        return Example(call=probe, raises=raised, provenance=provenance)
    value = value_in(answer)
    return None if value is None else Example(call=probe, expected=value, provenance=provenance)


def raised_in(answer: str) -> str | None:
    """The exception that the answer names: `ValueError`, `raises ValueError: empty`, `raise Full("now")`.

    One that is named alone has to be a plain error: `Warning` may be meant as a text.
    """
    found = _RAISES.fullmatch(answer.strip())
    if found is None:
        return None
    name, said = found["name"], found["said"] is not None
    if said:
        return name if name.rpartition(".")[2][0].isupper() else None
    plain = name[0].isupper() and name.endswith(_ERRORS) and (is_exception(name) or name not in _ERRORS)
    return name if plain else None


def is_exception(name: str) -> bool:
    """Whether a built-in exception has that name."""
    builtin = getattr(builtins, name, None)
    return isinstance(builtin, type) and issubclass(builtin, BaseException)


def value_in(answer: str, known: Collection[str] = ()) -> str | None:
    """The value that the answer gives, as Python: a literal, or what makes it, as `Decimal("0")` does.

    What prints otherwise than it is written is put as the `known` names allow: `date(2024, 1, 1)`, `Kind.A`.
    """
    found = _RETURNS.fullmatch(answer.strip())
    text = (found["value"] if found else answer).strip()
    text = _MEMBER.sub(r"\1", _WORDS.get(text.lower(), text))
    if is_literal(text):
        return text
    tree = expression(text)
    if tree is None:
        return None
    made = _Evaluable(known).visit(tree)
    if not is_construction(made) or not all(map(_makes, callees_in(made))):
        return None
    return ast.unparse(made)


def callees_in(tree: ast.AST) -> Iterator[str]:
    """The names of what is called to make a value, and of what its members are taken from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id


def known_in(program: Program) -> frozenset[str]:
    """The names that the program's types and stubs define or import, and Python's own."""
    sources = [*(each.source for each in program.types), *(each.stub for each in program.functions)]
    return BUILTINS | frozenset(name for source in sources for name in _bound_in(source))


def _bound_in(source: str) -> Iterator[str]:
    tree, _ = parse_module(source)
    for node in tree.body if tree is not None else ():
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((each.asname or each.name).partition(".")[0] for each in names)
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def _makes(name: str) -> bool:
    """Whether what has that name makes values, rather than being asked for itself: a class or its module."""
    last = name.rpartition(".")[2]
    builtin = getattr(builtins, last, None)
    return isinstance(builtin, type) or last[:1].isupper() or last in _MAKERS


class _Evaluable(ast.NodeTransformer):
    """Floats that only print as a name, as what makes them; classes without a module that is not known."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return _float(node.id) if node.id in ("inf", "nan") else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if ast.unparse(node) in ("math.inf", "math.nan"):
            return _float(node.attr)
        module = ast.unparse(node.value).partition(".")[0]
        return (
            ast.Name(node.attr, ast.Load())
            if module not in self._known and node.attr in self._known
            else node
        )


def _float(name: str) -> ast.expr:
    return ast.Call(ast.Name("float", ast.Load()), [ast.Constant(name)], [])
