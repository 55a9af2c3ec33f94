"""Small models carried by real wheels in a local index, pulled by the real pip."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import random
import socket
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.packages import PackageSource
from pipeline.providers.models.sources import Source

PART_BYTES = 200_000
CONTENT = b"GGUF" + random.Random(7).randbytes(PART_BYTES + 54_321)

WheelMaker = Callable[..., Path]
ModelMaker = Callable[..., Model]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    for variable in ("HOLOTYPE_MODELS", "HOLOTYPE_DB", "HOLOTYPE_MODEL_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, the only place where pip looks."""
    folder = tmp_path / "index"
    folder.mkdir()
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def make_wheel(index: Path) -> WheelMaker:
    def make(name: str, members: dict[str, bytes], version: str = "1.0") -> Path:
        """A wheel that would fail loudly if its code were ever run."""
        package = name.replace("-", "_")
        path = index / f"{package}-{version}-py3-none-any.whl"
        info = f"{package}-{version}.dist-info"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr(f"{package}/__init__.py", "raise SystemExit('code of a carrier was run')")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            for member, content in members.items():
                wheel.writestr(member, content)
            wheel.writestr(f"{info}/RECORD", "")
        return path

    return make


@pytest.fixture
def model_of() -> ModelMaker:
    """Makes the model that a content is, with its sources."""
    return _model_of


@pytest.fixture
def content() -> bytes:
    """A model's file that fills one part and some of another."""
    return CONTENT


@pytest.fixture
def carried(make_wheel: WheelMaker) -> ModelMaker:
    def make(content: bytes = CONTENT, claimed: bytes | None = None) -> Model:
        """A model that is `claimed`, in wheels that hold `content`."""
        count = -(-len(content) // PART_BYTES)
        names = tuple(f"carrier-part{number}" for number in range(1, count + 1))
        for number, name in enumerate(names):
            part = content[number * PART_BYTES : (number + 1) * PART_BYTES]
            make_wheel(name, {f"{name.replace('-', '_')}/data/part{number + 1:02}.bin": part})
        return _model_of(content if claimed is None else claimed, PackageSource(names, "1.0", PART_BYTES))

    return make


def _model_of(content: bytes, *sources: Source) -> Model:
    return Model(
        name="study-0.1b",
        title="Study",
        file_name="study.gguf",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="Apache-2.0",
        sources=sources,
        context=1_024,
    )


@pytest.fixture
def dead_address() -> Iterator[str]:
    """An address where every connection is refused: the port is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@dataclass
class StalledIndex:
    """A package index that starts to send the wheel of one package and then stops sending."""

    model: Model
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    package: str = "carrier-part2"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        if request.endswith(".whl"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + bytes(70_000))
            await writer.drain()
            self.asked.set()
            with contextlib.suppress(ConnectionResetError):
                await reader.read()
            self.left.set()
        elif request.rstrip("/").endswith(self.package):
            wheel = f"{self.package.replace('-', '_')}-1.0-py3-none-any.whl"
            page = f'<!DOCTYPE html><html><body><a href="/files/{wheel}">{wheel}</a></body></html>'.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
            writer.write(head.encode() + b"Connection: close\r\n\r\n" + page)
        else:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()


@pytest.fixture
async def stalled(
    carried: ModelMaker, index: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StalledIndex]:
    """An index where the first part can be had and the second one stalls."""
    model = carried()
    (index / "carrier_part2-1.0-py3-none-any.whl").unlink()
    stalled = StalledIndex(model)
    server = await asyncio.start_server(stalled.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with monkeypatch.context() as environment:
        environment.delenv("PIP_NO_INDEX")
        environment.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
        yield stalled
    server.close()
    await server.wait_closed()
