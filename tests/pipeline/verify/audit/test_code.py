"""What generated code must not do unasked."""

from __future__ import annotations

import pytest

from pipeline.ir import Effect, Provenance
from pipeline.translate.builder import IRBuilder
from pipeline.verify.audit.allowances import allowances
from pipeline.verify.audit.code import audit

pytestmark = pytest.mark.hole("H25")


@pytest.mark.parametrize(
    ("source", "objection"),
    [
        ("import subprocess", "imports subprocess"),
        ("import os.path as p\nx = p.exists('a')", "uses os.path.exists"),
        ("from urllib.request import urlopen", "imports urllib.request"),
        ("def f():\n    return eval('1')", "line 2: calls eval()"),
        ("def f():\n    return open('x').read()", "calls open()"),
        ("def f(x):\n    return x.__class__.__subclasses__()", "reaches into __subclasses__"),
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
        ("def f(x):\n    return getattr(x, '__globals__')", "reaches into __globals__"),
        ("import operator\nf = operator.attrgetter('x.__globals__')", "reaches into __globals__"),
        ("import re\ndef f(x):\n    vars(re)['__builtins__']['__import__']('os')", "hands on the module re"),
        ("import re\ndef f(x):\n    re.enum.sys.modules['os'].system('id')", "reaches enum through re"),
        ("from re import enum\nenum.sys.exit()", "reaches enum through re"),
        ("import os\nos.path.os.system('id')", "reaches os through os.path"),
        ("from os import path\npath.os.system('id')", "reaches os through os.path"),
        ("import re\nm = re\nm.enum", "hands on the module re"),
        ("import re\nre.__dict__['enum']", "reaches into __dict__"),
        (
            "import re\ndef g(re):\n    return re\ndef f(x):\n    return g(re)",
            "line 5: hands on the module re",
        ),
        ("import random\nm = random\nvars(m)['_' + 'os'].system('id')", "hands on the module random"),
        ("import random\nm = random\nm._os.system('id')", "reaches _os"),
        ("b = locals()['__builtins__']", "calls locals()"),
        ("b = vars()", "calls vars()"),
        ("def f(x):\n    return getattr(f, '__glo' + 'bals__')", "calls getattr()"),
        ("def f(x, n):\n    return getattr(x, n)", "calls getattr()"),
        ("def f(x, n):\n    return getattr(x, f'{n}_a')", "calls getattr()"),
        ("def f(x, n):\n    return object.__getattribute__(x, n)", "calls __getattribute__()"),
        ("from functools import reduce\ndef f(x, p):\n    return reduce(getattr, p, x)", "refers to getattr"),
        (
            "from operator import attrgetter\ndef f(xs, k):\n    return max(xs, key=attrgetter(*k))",
            "attrgetter()",
        ),
        (
            "import string\nf = string.Formatter().get_field('0.__globals__', (1,), {})",
            "reaches into __globals__",
        ),
        ("import typing\ndef f(x):\n    return typing.get_type_hints(x)", "uses get_type_hints"),
        ("from typing import ForwardRef as F\nx = F('print(1)')", "uses ForwardRef"),
        ("class A:\n    x: \"open('a', 'w')\"", "line 2: calls open()"),
        ("import inspect\ndef f(x):\n    return inspect.signature(x, eval_str=True)", "runs the text"),
        (
            "import re\ndef f(x):\n    match x:\n        case object(enum=object(sys=s)):\n            return s",
            "reaches sys",
        ),
        (
            "def f(x):\n    match x:\n        case object(__globals__=g):\n            return g",
            "reaches into __globals__",
        ),
        ("b = print.__self__", "reaches into __self__"),
        ("def f(x):\n    return getattr(x, 'gi_' + 'frame')", "calls getattr()"),
        ("def f(x):\n    return getattr(x, f'{\"f_\"}' + 'builtins')", "calls getattr()"),
        ("def f(x):\n    return getattr(x, f'mod{\"ules\"}')", "calls getattr()"),
        ("import types\ng = vars(types.FunctionType)['__glob' + 'als__']", "takes a part of a __dict__"),
        (
            "import types\ng = types.FunctionType.__dict__.get('__glob' + 'als__')",
            "takes a part of a __dict__",
        ),
        ("def f(k):\n    d = dict(vars(type))\n    return d[k](object)", "takes a part of a __dict__"),
        (
            "class A:\n    def __getitem__(self, k): return self.__dict__[k]\n"
            "x = A.__getitem__(type, '__subcl' + 'asses__')(object)",
            "takes a part of a __dict__",
        ),
        ("def f(k):\n    return vars(k)['m'].__get__(k)", "reaches into __get__"),
        ("def f(k):\n    m = vars(k)['m']\n    return m.__get__(k)", "reaches into __get__"),
        ("def f(x):\n    n = 'gi_' + 'frame'\n    return getattr(x, n)", "calls getattr()"),
        ("def f(x):\n    n = 'a'\n    n = n + x.b\n    return getattr(x, n)", "calls getattr()"),
        ("def f(x):\n    n = 'a'\n    def g(): return getattr(x, n)\n    n += 'b'\n", "calls getattr()"),
        (
            "n = 'a'\ndef g():\n    global n\n    n = 'gi_' + 'frame'\ndef f(x): return getattr(x, n)",
            "calls getattr()",
        ),
        ("def f(x, n):\n    def g(y=getattr(x, n)):\n        n = 'a'\n    return g", "calls getattr()"),
        (
            "def f(x):\n    n = ['a']\n    n.append(x.b)\n    return [getattr(x, k) for k in n]",
            "calls getattr()",
        ),
        ("def f(x):\n    n = ['a']\n    x.b(n)\n    return [getattr(x, k) for k in n]", "calls getattr()"),
        ("def f(x):\n    return [getattr(x, k) for k in ('a', 'os')]", "reaches os"),
        (
            "def f(x, y):\n    match y:\n        case n: pass\n    for n in ('a',): getattr(x, n)",
            "calls getattr()",
        ),
        (
            "class P:\n    __slots__ = ('gi_' + 'frame',)\ndef f(x): return [getattr(x, n) for n in P.__slots__]",
            "calls getattr()",
        ),
        (
            "def fields(x): return x\ndef f(x): return [getattr(x, n.name) for n in fields(x)]",
            "calls getattr()",
        ),
        (
            "class P:\n    def __getattr__(self, n):\n        n = 'gi_' + n\n        return getattr(self.x, n)",
            "calls getattr()",
        ),
        ("import random\nx = [getattr(random, n) for n in ('choice', '_os')]", "reaches _os through random"),
        (
            "import random\nx = [getattr(random, n) for n in ('choice', f'b{1}')]",
            "hands on the module random",
        ),
        ("def f(o, d):\n    for k, v in d.items():\n        setattr(o, k, v)", "calls setattr()"),
        ("import re\nclass A:\n    x = re\n    re = 1", "hands on the module re"),
        ("import re\nclass A:\n    re: int\n    x = re", "hands on the module re"),
        ("import re\nclass A:\n    re = 1\n    del re\n    x = re", "hands on the module re"),
        ("import re\nclass A:\n    re = 1\n    def f(self): return re", "hands on the module re"),
        ("import re\nclass A:\n    re = 1\n    x = [re for _ in 'a']", "hands on the module re"),
        (
            "from collections import namedtuple\nD = namedtuple('D', 'cpu name')\ndef f(d): return d.os",
            "reaches os",
        ),
        (
            "def f(x):\n    n = m = ['a']\n    m.append(x.b)\n    return [getattr(x, k) for k in n]",
            "calls getattr()",
        ),
        ("def f(x, zip):\n    for n, v in zip(('a',)): getattr(x, n)", "calls getattr()"),
        ("def f(x):\n    for n, v in (('a', 1), (x.b, 2)): getattr(x, n)", "calls getattr()"),
        (
            "from itertools import repeat as fields\ndef f(x): return [getattr(x, k.name) for k in fields(x)]",
            "calls getattr()",
        ),
        ("def f(k): return {**vars(type)}[k](object)", "takes a part of a __dict__"),
        ("def f(k): return [v for n, v in vars(type).items()]", "takes a part of a __dict__"),
        ("def f():\n    return (x for x in []).gi_frame.f_builtins", "reaches into gi_frame"),
        ("import xml.etree.ElementTree as E\ndef f(x):\n    E.ElementTree(x).write('a')", "uses .write()"),
        ("import xml.etree.ElementTree as E\ndef f(x):\n    return E.parse('a')", "uses .parse()"),
        ("from xml.dom.minidom import parse\nx = parse('a')", "uses xml.dom.minidom.parse"),
        ("import configparser as c\ndef f(x):\n    c.RawConfigParser().read(x)", "uses .read()"),
        ("from pathlib import Path\ndef f(x):\n    return Path(x).read_text()", "uses .read_text()"),
        ("from pathlib import Path\ndef f(x):\n    return Path(x).replace('b')", "uses .replace()"),
        ("import uuid\nx = uuid.getnode()", "uses uuid.getnode"),
        ("import doctest\ndef f():\n    doctest.testmod()", "imports doctest"),
        ("if __name__ == '__main__':\n    open('a')\nelse:\n    print(1)", "line 4: calls print()"),
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
        "class P:\n    def __repr__(self): return f'{self.__class__.__name__}({vars(self)})'\n",
        "class S:\n    def __new__(cls): return super().__new__(cls)\n    def __eq__(self, o): return self.__dict__ == o.__dict__\n",
        "class D(dict):\n    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)\n",
        "class P:\n    def __post_init__(self): object.__setattr__(self, 'x', 1)\n",
        "class P:\n    def __init__(self, **given):\n        for k, v in given.items():\n            setattr(self, k, v)\n",
        "class P:\n    def __init__(self, x): self._x = x\n    def __getattr__(self, name): return getattr(self._x, name)\n",
        "class P:\n    __slots__ = ('a', 'b')\n    def f(self): return [getattr(self, n) for n in self.__slots__]\n",
        "from dataclasses import fields\ndef f(x): return {one.name: getattr(x, one.name) for one in fields(x)}",
        "def f(x, kind): return getattr(x, f'visit_{kind}')(1) + getattr(x, 'on_' + kind)",
        "KEYS = ('a', 'b')\ndef f(x): return [getattr(x, k) for k in KEYS]",
        "def f(xs):\n    it = xs.__iter__()\n    return it.__next__() + f.__wrapped__(it) + f.__code__.co_argcount",
        "import os\ndef f(p): return os.path.splitext(p)[1] + os.sep",
        "from os import path\ndef f(p): return path.join(p, 'a')",
        "from os.path import basename\nf = basename",
        "from pathlib import Path\ndef f(p): return Path(p).suffix.replace('.', '')",
        "from threading import Lock\nlock = Lock()",
        "import inspect\ndef f(g): return len(inspect.signature(g).parameters)",
        "import uuid\ndef f(): return str(uuid.uuid4())",
        "def f(x): return x\nif __name__ == '__main__':\n    import doctest\n    doctest.testmod()\n    print(f(1))\n",
        "import xml.etree.ElementTree as E\nfrom io import BytesIO\ndef f(x):\n    b = BytesIO()\n    E.ElementTree(E.fromstring(x)).write(b)\n    return b.read()",
        "import configparser\ndef f(x):\n    c = configparser.ConfigParser()\n    c.read_string(x)\n    return c",
        "import random\ndef f(xs, rng=random): return rng.choice(xs)",
        "import time\ndef f(time): return [time for time in time if time]",
        "import datetime\ndef f(x: 'Node') -> \"list['Node']\": return datetime.time(9) or datetime.datetime.now().time()",
        "from typing import Literal\ndef f(x: Literal['open', 'exec']): return x",
        "class Fleet:\n    def __init__(self, modules): self.modules, self.system = modules, 1\n    def f(self): return self.modules, self.system",
        "def f(): return locals()",
        "class A:\n    def __get__(self, one, owner):\n        cache = one.__dict__\n        return cache.get(self.name)\n",
        "def f(a, b, values):\n    for n, v in zip(('x', 'y'), values): yield getattr(a, n), v\n    for i, n in enumerate(['x']): yield getattr(a, n)\n",
        "def f(a):\n    for v, n in ((1, 'x'), (2, 'y')): yield getattr(a, n)\n",
        "import time\nclass A:\n    time: int = 0\n    total: int = time\n    def f(self, t=time): return t\n",
        "from collections import namedtuple\nD = namedtuple('D', 'os name')\ndef f(d): return d.os",
        "import collections\nD = collections.namedtuple('D', ['os', 'name'])\ndef f(d): return d.os",
        "class V:\n    def visit(self, node):\n        method = 'visit_' + type(node).__name__\n        return getattr(self, method, self.other)(node)\n",
        "class V:\n    def visit(self, node):\n        method = 'visit_%s' % node.kind or 'visit_{}'.format(node)\n        return getattr(self, method)(node)\n",
        "from dataclasses import fields\ndef f(a, b):\n    for field in fields(a):\n        name = field.name\n        if getattr(a, name) != getattr(b, name):\n            return name\ndef g(name): return name\n",
        "import dataclasses\ndef f(a):\n    names = [f.name for f in dataclasses.fields(a)]\n    return {n: getattr(a, n) for n in sorted(names)}\n",
        "import operator\nOPS = {k: getattr(operator, k) for k in ('add', 'sub')}\n",
        "import math\nOPS = {'+': 'fsum', '*': 'prod'}\ndef f(sign, xs): return getattr(math, OPS[sign])(xs)\n",
        "class N: pass\ndef f(d):\n    o = N()\n    for k, v in d.items():\n        setattr(o, k, v)\n    return o\n",
        "def f(d):\n    d = dict(d)\n    d = d.copy()\n    return d[f]\ndef g(x):\n    d = vars(x)\n    return list(d)\n",
        "def f(x, kind): return getattr(x, 'get_' + kind)() + getattr(x, f'evaluate_{kind}')",
        "class A:\n    def __get__(self, one, owner): return one.__dict__[self.name]\n    def __set__(self, one, value): one.__dict__[self.name] = value\n",
        "class A:\n    def __get__(self, one, owner): return self.function.__get__(one, owner)\n",
        "class A:\n    def __getitem__(self, k): return self.__dict__[k]\n    def f(self): return self.__dict__['a'] + self['b']\n",
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
            "from pathlib import Path\nx = Path('a').exists()",
        ),
        (STUB.format(imports="import os, sys", parameter="x"), "import os, sys\nx = os.sep, sys.argv"),
        ("Write stem(path: Path) -> str, its name.", "from pathlib import Path\nx = Path('a').exists()"),
        ("Write f(x: int) -> int with os.path.", "import os\nx = os.path"),
        ("Write f(x: int) -> int using threading.", "import threading\nx = threading.Thread()"),
        ("Write f(x: str) -> int that calls `eval`.", "def f(x):\n    return eval(x)"),
        (
            "Write f(x: object, k: str) -> int, the attribute k of x.",
            "def f(x, k):\n    return getattr(x, k)",
        ),
        (
            "Write f(g: Callable) -> dict, its type hints.",
            "import typing\ndef f(g):\n    return typing.get_type_hints(g)",
        ),
        (
            "Write sort_by(records: list, key: str) -> list: the records sorted by the named property.",
            "def sort_by(records, key):\n    return sorted(records, key=lambda r: getattr(r, key))",
        ),
        (
            '@dataclass\nclass Host:\n    os: str\n    cpu: str\n\n\ndef f(h: Host) -> str:\n    """What it runs."""\n',
            "def f(h):\n    return h.os",
        ),
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
        (
            "Write f(xs: list, key: str) -> list: the xs in order.",
            "def f(xs, key):\n    return sorted(xs, key=lambda x: getattr(x, key))",
        ),
        (
            "Write f(xs: list, key: str) -> list, by the named property.",
            "def g(x, key): return getattr(x, key)",
        ),
        (
            "Write f(xs: list, key: str) -> list, by the named property.",
            "def f(xs, key): return getattr(xs, key)\nx = f(f, '__glob' + 'als__')",
        ),
        (
            "Write f(xs: list, key: str) -> list, by the named property.",
            "def f(xs, key): return getattr(xs, key)\nx = [*map(f, [f], ['__glob' + 'als__'])]",
        ),
        (
            "Write f(xs: list, key: str) -> list, by the named property.",
            "def f(xs, key): return getattr(xs, key)\nkey = '__glob' + 'als__'\nx = f(f, key)",
        ),
        (
            "Write f(xs: list, key: str) -> list, by the named property.",
            "class A:\n    def f(self, key): return getattr(self.x, key)\nx = A().f('__glob' + 'als__')",
        ),
        (STUB.format(imports="", parameter="code: str"), "import code\nx = code.interact"),
    ],
)
async def test_what_it_forbids_or_only_seems_to_name_is_not(prompt: str, source: str) -> None:
    assert audit(source, (), await named(prompt)) != ()
