"""llama.cpp in a process of its own: a program, started by file name, that imports nothing of Holotype.

It reads one JSON message a line on standard input and writes one a line on what was standard output.
What the native library prints goes to standard error, so that it cannot corrupt the messages.
The process ends with its standard input, with its parent, or when it is killed; it keeps nothing.
"""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from typing import Any

import msgspec

BATCH = 64
"""Prompt tokens computed at a time: what a cancelled call may still compute before it ends."""
PROMPT_CACHE_MIB = 256
_SOCKET = "llama.sock"
_PR_SET_PDEATHSIG = 1


class Load(msgspec.Struct, tag="load", frozen=True):
    """The first message: which model, and how. `parent` is the sender's process id."""

    model: str
    parent: int
    context: int
    parallel: int
    threads: int


class Complete(msgspec.Struct, tag="complete", frozen=True):
    """Draw samples. `seed` is the first sample's; the others count up from it."""

    id: int
    prompt: list[str | int]
    n: int
    max_tokens: int
    temperature: float
    top_p: float
    seed: int
    stop: list[str]
    grammar: str | None = None
    schema: dict[str, Any] | None = None


class Cancel(msgspec.Struct, tag="cancel", frozen=True):
    """End that call's decoding; it is answered by `Done` or `Failed` as usual."""

    id: int


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """The model is loaded: the token ids of a turn's markers and of `<`; one each in a ChatML model."""

    start: list[int]
    end: list[int]
    less_than: list[int]


class Delta(msgspec.Struct, tag="delta", frozen=True):
    """The next piece of a sample's text."""

    id: int
    index: int
    text: str


class Finished(msgspec.Struct, frozen=True):
    """How a sample ended."""

    reason: str = "cancelled"
    tokens: int = 0


class Done(msgspec.Struct, tag="done", frozen=True):
    """The call ended: every sample, and the prompt's tokens in all and those taken from the cache."""

    id: int
    samples: list[Finished]
    tokens_in: int
    tokens_cached: int


class Failed(msgspec.Struct, tag="failed", frozen=True):
    """The call, or with id 0 the whole worker, failed; `kind` is "import", "load" or llama.cpp's own."""

    id: int
    kind: str
    message: str


Order = Complete | Cancel
Answer = Ready | Delta | Done | Failed


class Outlet:
    """Writes messages, one a line, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def write(self, answer: Answer) -> None:
        line = memoryview(msgspec.json.encode(answer) + b"\n")
        with self._lock:
            while line:
                line = line[os.write(self._descriptor, line) :]


class Decoding:
    """One call, on a thread of its own: collects llama.cpp's chunks and passes the text on."""

    def __init__(self, order: Complete, server: Any, outlet: Outlet) -> None:
        self.order = order
        self._server = server
        self.cancelled = threading.Event()
        self._outlet = outlet
        self._samples = [Finished() for _ in range(order.n)]
        self._tokens_in = 0
        self._tokens_cached = -1
        self._error: Failed | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        """Decode to the end or until cancelled, then answer."""
        try:
            if not self.cancelled.is_set():
                self._server.handle_completions(self._body(), self._receive)
        except (RuntimeError, ValueError) as error:
            self._error = Failed(self.order.id, "native", str(error))
        stopped_early = any(not sample.tokens for sample in self._samples)
        if stopped_early and self._error is None and not self.cancelled.is_set():
            self._error = Failed(self.order.id, "native", "the decoding stopped before its end")
        done = Done(self.order.id, self._samples, self._tokens_in, max(self._tokens_cached, 0))
        self._outlet.write(self._error or done)

    def _body(self) -> dict[str, Any]:
        order = self.order
        grammar = as_grammar(order.schema) if order.schema is not None else order.grammar
        body = {
            "prompt": order.prompt if len(order.prompt) > 1 else order.prompt[0],
            "n": order.n,
            "max_tokens": order.max_tokens,
            "temperature": order.temperature,
            "top_p": order.top_p,
            "seed": order.seed,
            "stop": order.stop,
            "stream": True,
            "cache_prompt": True,
            "return_progress": True,
        }
        return body | ({"grammar": grammar} if grammar else {})

    def _receive(self, chunk: dict[str, Any]) -> bool:
        """Called by llama.cpp; true ends the decoding."""
        if "error" in chunk:
            self._error = Failed(self.order.id, str(chunk["error"]["type"]), str(chunk["error"]["message"]))
        for choice in chunk.get("choices", ()):
            index = choice["index"]
            if choice["text"]:
                self._outlet.write(Delta(self.order.id, index, choice["text"]))
            if choice["finish_reason"]:
                usage = chunk["usage"]
                self._samples[index] = Finished(choice["finish_reason"], usage["completion_tokens"])
                self._count_prompt(usage)
        return self.cancelled.is_set()

    def _count_prompt(self, usage: dict[str, Any]) -> None:
        """All samples share the prompt: what the first of them computed, the others find in the cache."""
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        self._tokens_in = usage["prompt_tokens"]
        self._tokens_cached = cached if self._tokens_cached < 0 else min(self._tokens_cached, cached)


class _UnixConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(_SOCKET)


def load(order: Load) -> tuple[Any, Ready]:
    """The running server and the model's markers.

    llama.cpp's server insists on listening. It listens on a socket in a private folder, which is gone as
    soon as the markers are known, and with a key that nobody knows: nothing else can reach it.
    """
    import xllamacpp

    key = secrets.token_hex(32)
    params = xllamacpp.CommonParams()
    params.model.path = order.model
    params.n_ctx = order.context
    params.n_parallel = order.parallel
    params.kv_unified = True
    params.n_batch = params.n_ubatch = BATCH
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.threads
    params.n_threads_http = 1
    params.warmup = params.fit_params = params.ui = params.endpoint_slots = False
    params.verbosity = 1
    params.hostnames = [_SOCKET]
    params.api_keys = [key]
    folder = tempfile.mkdtemp(prefix="holotype-")
    os.chdir(folder)
    try:
        server = xllamacpp.Server(params)
        ready = Ready(*(_tokens(text, key) for text in ("<|im_start|>", "<|im_end|>", "<")))
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    return server, ready


def _tokens(text: str, key: str) -> list[int]:
    connection = _UnixConnection("localhost")
    body = json.dumps({"content": text, "parse_special": True})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/tokenize", body, headers)
    tokens: list[int] = json.loads(connection.getresponse().read())["tokens"]
    connection.close()
    return tokens


def as_grammar(schema: dict[str, Any]) -> str:
    """The schema in the language that this build of llama.cpp decodes it by: llguidance's, or GBNF."""
    import xllamacpp

    return without_free_space(xllamacpp.json_schema_to_grammar(schema))


def without_free_space(grammar: str) -> str:
    """A GBNF grammar made from a schema, in which at most one blank stands between two JSON tokens."""
    return re.sub(r"^space ::=.*$", 'space ::= | " "', grammar, flags=re.MULTILINE)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies (Linux; elsewhere its input's end does it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def die_of(failure: threading.ExceptHookArgs) -> None:
    """End the process when a call's thread fails: the parent then knows, with the reason on stderr."""
    sys.excepthook(failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback)
    sys.stderr.flush()
    os._exit(70)


def main() -> None:
    """Serve the orders on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outlet = Outlet(os.dup(1))
    os.dup2(2, 1)
    orders = msgspec.json.Decoder(Order)
    first = msgspec.json.decode(sys.stdin.buffer.readline(), type=Load)
    die_with(first.parent)
    threading.excepthook = die_of
    try:
        server, ready = load(first)
    except ImportError as error:
        outlet.write(Failed(0, "import", str(error)))
        return
    except RuntimeError as error:
        outlet.write(Failed(0, "load", str(error)))
        return
    outlet.write(ready)
    decodings: dict[int, Decoding] = {}
    for line in sys.stdin.buffer:
        order = orders.decode(line)
        if isinstance(order, Cancel):
            if decoding := decodings.get(order.id):
                decoding.cancelled.set()
            continue
        decodings = {key: value for key, value in decodings.items() if value.thread.is_alive()}
        decodings[order.id] = Decoding(order, server, outlet)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
