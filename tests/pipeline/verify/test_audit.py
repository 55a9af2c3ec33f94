"""What generated code must not do unasked."""

from __future__ import annotations

import pytest

from pipeline.ir import Effect, Provenance
from pipeline.translate.builder import IRBuilder
from pipeline.verify.allowances import allowances
from pipeline.verify.audit import audit

pytestmark = pytest.mark.hole("H25")


@pytest.mark.parametrize(
    ("source", "objection"),
    [
        ("import subprocess", "imports subprocess"),
        ("import os.path as p", "imports os.path"),
        ("from urllib.request import urlopen", "imports urllib.request"),
        ("def f():\n    return eval('1')", "line 2: calls eval()"),
        ("def f():\n    return open('x').read()", "calls open()"),
        ("def f(x):\n    return x.__class__.__subclasses__()", "reaches into __class__"),
        ("def f():\n    print('debug')", "calls print()"),
        ("import posix\ndef f():\n    posix.system('id')", "line 1: imports posix"),
        ("import _socket\ndef f():\n    return _socket.socket()", "imports _socket"),
        ("import webbrowser\ndef f(x):\n    webbrowser.open(x)", "imports webbrowser"),
        ("import timeit\ndef f(x):\n    timeit.timeit(x)", "imports timeit"),
        ("from concurrent.futures import ProcessPoolExecutor as P\nx = P", "imports concurrent.futures"),
        ("import zipfile as z\ndef f(x):\n    z.ZipFile(x).extractall('/')", "imports zipfile"),
        ("import codecs\ndef f(x):\n    codecs.open(x, 'w')", "uses codecs.open"),
        ("import io\ndef f(x):\n    io.open(x, 'w')", "uses io.open"),
        ("from io import open as o\nx = o", "imports io"),
        ("import sys\ndef f():\n    sys.exit()", "uses sys.exit"),
        ("import sys\ns = sys", "imports sys"),
        ("import logging\ndef f(x):\n    logging.FileHandler(x)", "imports logging"),
        ("import random\ndef f():\n    random._os.system('id')", "reaches _os through random"),
        ("from typing import sys\nsys.exit()", "reaches sys through typing"),
        ("def f():\n    __builtins__['exec']('1')", "refers to __builtins__"),
        ("def f(x):\n    eval = 1\ndef g(x): return eval(x)", "line 3: calls eval()"),
        ("x = eval('1')\ndef eval(x): return x", "line 1: calls eval()"),
        ("from builtins import eval\nx = eval('1')", "imports builtins"),
        ("def f(x):\n    e = eval\n    return e(x)", "line 2: refers to eval"),
        ("def f(xs):\n    return list(map(eval, xs))", "refers to eval"),
        ("def f(x):\n    return getattr(x, '__class__')", "reaches into __class__"),
        ("import operator\nf = operator.attrgetter('x.__globals__')", "reaches into __globals__"),
    ],
)
def test_objects(source: str, objection: str) -> None:
    assert any(objection in found for found in audit(source))


@pytest.mark.parametrize(
    "source",
    [
        "import math, re, collections",
        "from urllib.parse import quote",
        "class A:\n    def __init__(self): self.x = 1\n",
        "import sys\ndef f(x): return min(x, default=sys.maxsize)",
        "from io import StringIO\ndef f(): return StringIO()",
        "import logging\ndef f(x): return x",
        "def f(input, open=0): return input[open]",
        "def f(x):\n    try:\n        return 1 / x\n    except ZeroDivisionError as input:\n        return str(input)",
        "def f(x):\n    match x:\n        case [open, *exec] | {'a': open, **exec}:\n            return open, exec",
        "from re import compile\nWORD = compile(r'\\w+')\ndef f(x): return WORD.findall(x)",
        "def input(x): return x\ndef f(x): return input(x)",
        "def f(x): return hasattr(x, '__iter__') and getattr(x, '__name__', '')",
        "import collections.abc\nfrom datetime import datetime, time\nx = collections.abc.Iterator",
        "from dataclasses import dataclass\nfrom functools import cache, reduce\nfrom heapq import heappush",
    ],
)
def test_has_nothing_against_plain_code(source: str) -> None:
    assert audit(source) == ()


def test_an_asked_for_effect_lifts_the_objection() -> None:
    prints = Effect(kind="prints", text="prints the table", provenance=Provenance(actor="prompt"))
    assert audit("def f():\n    print(1)", [prints]) == ()
    assert audit("import socket", [prints]) != ()


async def named(prompt: str) -> frozenset[str]:
    program = (await IRBuilder().build(prompt)).program
    return allowances(program, program.functions[0].name)


STUB = '{imports}\n\ndef f({parameter}) -> str:\n    """The name.\n\n    >>> f(1)\n    \'b\'\n    """\n'


@pytest.mark.parametrize(
    ("prompt", "source"),
    [
        (
            STUB.format(imports="from pathlib import Path", parameter="x"),
            "from pathlib import Path\nx = Path",
        ),
        (STUB.format(imports="import os, sys", parameter="x"), "import os, sys\nx = os.sep, sys.argv"),
        ("Write stem(path: Path) -> str, its name.", "from pathlib import Path\nx = Path"),
        ("Write f(x: int) -> int with os.path.", "import os\nx = os.path"),
        ("Write f(x: int) -> int using threading.", "import threading\nx = threading.Lock()"),
        ("Write f(x: str) -> int that calls `eval`.", "def f(x):\n    return eval(x)"),
        ("Write `async def f(x: int) -> int`, x after a while.", "import asyncio\nx = asyncio.sleep"),
    ],
)
async def test_what_the_prompt_names_is_allowed(prompt: str, source: str) -> None:
    assert audit(source) != ()
    assert audit(source, (), await named(prompt)) == ()


@pytest.mark.parametrize(
    ("prompt", "source"),
    [
        ("Write f(x: str) -> int without using `eval` or eval().", "def f(x):\n    return eval(x)"),
        ("Write f(x: str) -> str, the code of x. Inspect the code.", "import code, inspect\nx = code"),
        (STUB.format(imports="import os", parameter="x"), "import os\ndef f(x):\n    os.system(x)"),
        ("Write f(x: int) -> int with os.path.", "from os import popen\nx = popen('id')"),
        (STUB.format(imports="", parameter="code: str"), "import code\nx = code.interact"),
    ],
)
async def test_what_it_forbids_or_only_seems_to_name_is_not(prompt: str, source: str) -> None:
    assert audit(source, (), await named(prompt)) != ()
