from __future__ import annotations

import asyncio
import inspect
import json
import os
import signal
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InfrastructureError
from pipeline.providers import embedded as embedded_module
from pipeline.providers import llama_process, llama_worker
from pipeline.providers.base import (
    Category,
    ContextTooLong,
    GenerationRequest,
    Message,
    ProviderCrashed,
    ProviderError,
)
from pipeline.providers.embedded import EmbeddedProvider
from pipeline.providers.structured import parse

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.hole("H9")]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

#: Processor seconds of the tiny model that a call's beginning and end fit into; the clock would count others' too.
_LITTLE = 10.0
ENDLESS = "Count from 1 to 100000, one number a line, and never stop."


def ask(words: str = "Write a Python function that adds two numbers.", **settings: Any) -> GenerationRequest:
    return GenerationRequest((Message("user", words),), **{"max_tokens": 12, "temperature": 0.8, **settings})


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def sockets_of(process: Path) -> set[str]:
    """The inodes of the process's sockets."""
    links = [str(descriptor.readlink()) for descriptor in process.joinpath("fd").iterdir()]
    return {link[8:-1] for link in links if link.startswith("socket:[")}


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for what no event announces: something that the kernel does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


async def decoding(provider: EmbeddedProvider, request: GenerationRequest) -> asyncio.Task[Any]:
    """A call that has begun to decode."""
    begun = asyncio.Event()
    task = asyncio.create_task(provider.generate(request, lambda _index, _text: begun.set()))
    waiting = asyncio.create_task(begun.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    assert begun.is_set()
    return task


def pid_of(provider: EmbeddedProvider) -> int:
    assert provider.pid is not None
    return provider.pid


async def test_samples_stream_together_and_share_their_prompt(embedded: EmbeddedProvider) -> None:
    pieces: dict[int, list[str]] = {0: [], 1: [], 2: []}
    order: list[int] = []

    def on_delta(index: int, text: str) -> None:
        pieces[index].append(text)
        order.append(index)

    one = await embedded.generate(ask(seed=3))
    reply = await embedded.generate(ask(seed=3, n=3), on_delta)
    assert [sample.text for sample in reply.samples] == ["".join(pieces[index]) for index in range(3)]
    assert set(order[:6]) == {0, 1, 2}
    assert reply.tokens_in == one.tokens_in
    assert reply.tokens_cached == reply.tokens_in - 1
    assert reply.tokens_out == sum(sample.tokens for sample in reply.samples) > 12
    assert {sample.finish_reason for sample in reply.samples} <= {"stop", "length"}
    assert all(sample.tokens == 12 for sample in reply.samples if sample.finish_reason == "length")


async def test_a_seed_repeats_its_samples_and_another_gives_others(embedded: EmbeddedProvider) -> None:
    async def texts(seed: int | None) -> list[str]:
        request = ask("Invent a strange animal.", seed=seed, n=6, temperature=1.2)
        return [sample.text for sample in (await embedded.generate(request)).samples]

    await embedded.generate(ask("Invent a strange animal.", max_tokens=1))
    first, again, neighbour, free = [await texts(seed) for seed in (7, 7, 8, None)]
    assert len(first) == 6
    assert first == again
    assert len({*first, *neighbour, *free}) >= 16


async def test_a_stop_text_ends_the_sample_and_is_left_out(embedded: EmbeddedProvider) -> None:
    reply = await embedded.generate(ask(ENDLESS, prefill="1\n2\n3\n", stop=("\n",), temperature=0.0))
    assert reply.samples[0].finish_reason == "stop"
    assert "\n" not in reply.text


async def test_a_raw_prompt_is_continued(embedded: EmbeddedProvider) -> None:
    stub = "def add(a, b):\n    return a +"
    reply = await embedded.generate(GenerationRequest(raw=stub, max_tokens=2, temperature=0.0))
    assert reply.text.startswith(" b")


async def test_every_reply_fits_its_schema(embedded: EmbeddedProvider) -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "kind": {"enum": ["list", "dict"]},
            "sizes": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0, "maximum": 99},
                "maxItems": 3,
            },
        },
        "required": ["name", "kind", "sizes"],
    }
    request = ask(
        "Describe a data type as JSON.", schema=schema, n=20, max_tokens=300, temperature=1.0, seed=1
    )
    reply = await embedded.generate(request)
    values = [parse(sample.text, schema) for sample in reply.samples]
    assert [json.loads(sample.text) for sample in reply.samples] == values
    assert not any(sample.text != sample.text.strip() or "\n" in sample.text for sample in reply.samples)
    assert len({sample.text for sample in reply.samples}) > 10


async def test_a_schema_keyword_that_decoding_cannot_enforce_does_not_free_it(
    embedded: EmbeddedProvider,
) -> None:
    schema = {"type": "array", "items": {"enum": ["x", "y"]}, "maxItems": 4, "uniqueItems": True}
    reply = await embedded.generate(ask(schema=schema, n=4, seed=2, max_tokens=40))
    for sample in reply.samples:
        assert set(json.loads(sample.text)) <= {"x", "y"}


async def test_a_reply_follows_its_grammar(embedded: EmbeddedProvider) -> None:
    reply = await embedded.generate(ask(grammar='root ::= ("yes" | "no") "!"', n=3))
    assert {sample.text for sample in reply.samples} <= {"yes!", "no!"}


async def test_a_broken_grammar_is_refused(embedded: EmbeddedProvider) -> None:
    with pytest.raises(ProviderError, match="grammar") as caught:
        await embedded.generate(ask(grammar="root ::= absent"))
    assert caught.value.category is Category.VALIDATION


async def test_a_prompt_past_the_context_is_refused(embedded: EmbeddedProvider) -> None:
    with pytest.raises(ContextTooLong, match="8192"):
        await embedded.generate(ask("word " * 10_000))


async def test_replies_that_outgrow_the_context_end_or_are_refused(tiny_model: Path) -> None:
    provider = EmbeddedProvider(tiny_model, context=256)
    endless = ask(max_tokens=400, grammar='root ::= "a"{2000}')
    [sample] = (await provider.generate(endless)).samples
    assert sample.finish_reason == "length"
    assert 200 < sample.tokens < 256
    with pytest.raises(ProviderError, match="outgrew the context") as caught:
        await provider.generate(replace(endless, n=4))
    assert caught.value.category is Category.RESOURCE
    assert (await provider.generate(ask(n=4, max_tokens=2))).tokens_out == 8
    await provider.aclose()


async def test_words_cannot_break_out_of_their_turn(embedded: EmbeddedProvider) -> None:
    """A marker in the words costs the tokens of its characters; as a control token it would cost one."""
    markers = 10
    plain = await embedded.generate(ask("x" * markers, max_tokens=1))
    quoted = await embedded.generate(ask("<|im_end|>" * markers, max_tokens=1))
    assert quoted.tokens_in - plain.tokens_in > 3 * markers
    raw = await embedded.generate(GenerationRequest(raw="<|im_end|>" * markers, max_tokens=1))
    assert raw.tokens_in > 4 * markers


async def test_calls_run_side_by_side(embedded: EmbeddedProvider) -> None:
    spans: dict[int, list[int]] = {call: [] for call in range(3)}
    clock = iter(range(10_000))

    async def call(number: int) -> str:
        request = ask(f"Say {number}", n=2, max_tokens=20, grammar='root ::= "a"{20}')
        reply = await embedded.generate(request, lambda _index, _text: spans[number].append(next(clock)))
        return "".join(sample.text for sample in reply.samples)

    assert await asyncio.gather(*(call(number) for number in range(3))) == ["a" * 40] * 3
    assert spans[0][0] < spans[1][-1]
    assert spans[1][0] < spans[0][-1]


@linux_only
@pytest.mark.parametrize("words", [ENDLESS, "apples and " * 1500], ids=["decoding", "reading the prompt"])
async def test_cancelling_stops_the_work(embedded: EmbeddedProvider, words: str) -> None:
    await embedded.start()
    request = ask(words, n=4, max_tokens=1500, grammar='root ::= "a"*')
    if words is ENDLESS:
        task = await decoding(embedded, request)
    else:
        task = asyncio.create_task(embedded.generate(request))
    pid = pid_of(embedded)
    try:
        begun = cpu_seconds(pid)
        await until(lambda: cpu_seconds(pid) > begun + 0.2, 120)
        assert not task.done()
    finally:
        task.cancel()
    stopped = cpu_seconds(pid)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await embedded.generate(ask(n=4, max_tokens=2))).tokens_out == 8
    assert cpu_seconds(pid) - stopped < _LITTLE, "what was left would have taken far more"


async def test_a_call_cancelled_while_it_waits_leaves_the_others_alone(embedded: EmbeddedProvider) -> None:
    long = await decoding(embedded, ask(n=3, max_tokens=30, grammar='root ::= "a"{30}'))
    waiting = asyncio.create_task(embedded.generate(ask(n=4, max_tokens=5)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not long.done()
    assert {sample.text for sample in (await long).samples} == {"a" * 30}
    assert (await embedded.generate(ask(n=4, max_tokens=2))).tokens_out == 8


@linux_only
@pytest.mark.parametrize("error", [RuntimeError("not today"), ProviderError("not today")])
async def test_an_error_in_the_listener_ends_the_call(embedded: EmbeddedProvider, error: Exception) -> None:
    def refuse(_index: int, _text: str) -> None:
        raise error

    await embedded.start()
    started = cpu_seconds(pid_of(embedded))
    with pytest.raises(type(error), match="not today"):
        await embedded.generate(ask(ENDLESS, max_tokens=2000, grammar='root ::= "a"*'), refuse)
    assert (await embedded.generate(ask(n=4, max_tokens=1))).tokens_out == 4
    assert cpu_seconds(pid_of(embedded)) - started < _LITTLE


@linux_only
async def test_the_process_is_out_of_reach_and_has_no_secret(
    embedded: EmbeddedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    await embedded.set_threads(1)
    assert embedded.pid is None
    await embedded.start()
    process = Path(f"/proc/{pid_of(embedded)}")
    assert b"secret" not in process.joinpath("environ").read_bytes()
    sockets = sockets_of(process)
    for table in ("tcp", "tcp6", "udp", "udp6"):
        inodes = {line.split()[9] for line in process.joinpath("net", table).read_text().splitlines()[1:]}
        assert not sockets & inodes
    listening = [line.split() for line in process.joinpath("net/unix").read_text().splitlines()[1:]]
    paths = [fields[7] for fields in listening if fields[6] in sockets and len(fields) > 7]
    assert paths == ["llama.sock"]
    assert process.joinpath("cwd").resolve() == Path("/")


async def test_a_killed_process_fails_its_calls_and_the_next_call_starts_another(
    embedded: EmbeddedProvider,
) -> None:
    tasks = [await decoding(embedded, ask(ENDLESS, n=2, max_tokens=1500)) for _ in range(2)]
    killed = pid_of(embedded)
    os.kill(killed, signal.SIGKILL)
    for task in tasks:
        with pytest.raises(ProviderCrashed, match=f"process {killed} ended: killed by SIGKILL") as caught:
            await task
        assert caught.value.category is Category.TRANSIENT
    assert (await embedded.generate(ask(max_tokens=2))).tokens_out == 2
    assert pid_of(embedded) != killed


async def test_closing_fails_the_calls_under_way_and_leaves_no_process(tiny_model: Path) -> None:
    provider = EmbeddedProvider(tiny_model, context=512, parallel=1)
    task = await decoding(provider, ask(ENDLESS, max_tokens=400))
    pid = pid_of(provider)
    await provider.aclose()
    with pytest.raises(ProviderCrashed, match="closed during the call"):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@linux_only
async def test_cancelling_the_load_leaves_no_process(tiny_model: Path) -> None:
    provider = EmbeddedProvider(tiny_model)
    loading = asyncio.create_task(provider.start())
    before = children()
    await until(lambda: children() > before)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert children() == before
    assert provider.pid is None


@linux_only
async def test_the_process_dies_with_its_parent(tiny_model: Path) -> None:
    program = textwrap.dedent(
        """
        import asyncio, os, signal, sys
        from pathlib import Path
        from pipeline.providers.embedded import EmbeddedProvider

        async def main():
            provider = EmbeddedProvider(Path(sys.argv[1]), context=512)
            await provider.start()
            print(provider.pid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
        """
    )
    command = (sys.executable, "-c", program, str(tiny_model))
    parent = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await parent.communicate()
    assert parent.returncode == -signal.SIGKILL
    await until(lambda: not alive(int(out)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"<html>not found</html>", "is not a GGUF model file"),
        (b"GGUF" + bytes(100), "llama.cpp cannot load the model .*(?:failed to load model|bad GGUF version)"),
    ],
)
async def test_a_model_file_that_is_none(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "model.gguf"
    if content is not None:
        file.write_bytes(content)
    provider = EmbeddedProvider(file)
    with pytest.raises(InfrastructureError, match=said) as caught:
        await provider.generate(ask())
    assert str(file) in caught.value.message
    assert "pull" in caught.value.hint
    assert provider.pid is None


async def test_a_native_library_that_does_not_load(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real worker, beside a package of the same name that fails the way a missing libgomp does."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    worker = tmp_path / "worker.py"
    worker.write_text(
        inspect.getsource(llama_worker).replace(
            "import sys\n", f"import sys\nsys.path.insert(0, {str(broken)!r})\n", 1
        )
    )
    monkeypatch.setattr(llama_process.llama_worker, "__file__", str(worker))
    with pytest.raises(InfrastructureError, match=r"libgomp\.so\.1") as caught:
        await EmbeddedProvider(tiny_model).start()
    assert "libgomp1" in caught.value.hint


async def test_waves_are_few_and_even() -> None:
    assert [embedded_module._waves(n, 4) for n in (1, 4, 5, 6, 9)] == [[1], [4], [3, 2], [3, 3], [3, 3, 3]]


@linux_only
async def test_loading_says_how_far_it_is(tiny_model: Path) -> None:
    provider = EmbeddedProvider(tiny_model)
    heard: list[float] = []
    try:
        await provider.start(heard.append)
        assert heard == sorted(heard)
        assert all(0 <= share < 1 for share in heard)
        count = len(heard)
        await provider.start(heard.append)
        assert len(heard) == count, "what is loaded is not loaded again"
    finally:
        await provider.aclose()


@linux_only
async def test_a_cancelled_start_leaves_no_process_and_the_next_one_works(tiny_model: Path) -> None:
    before = children()
    provider = EmbeddedProvider(tiny_model)
    begun = asyncio.Event()
    task = asyncio.create_task(provider.start(lambda _: begun.set()))
    await until(lambda: begun.is_set() or bool(children() - before))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() <= before
    assert provider.pid is None
    await provider.start()
    assert provider.pid is not None
    await provider.aclose()
