from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.pull import pull
from pipeline.providers.models.sources import FileSource, HubSource, PullUpdate, SourceError

ModelMaker = Callable[..., Model]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SOURCE = HubSource("someone/study-GGUF", "study.gguf")


def quiet(_: PullUpdate) -> None:
    """Show nothing."""


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def hub(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A hub on this machine that offers the one file, with an empty cache; yields the requests it gets."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            requests.append(f"{self.command} {self.path}")
            found = self.path == "/someone/study-GGUF/resolve/main/study.gguf" or COMMIT in self.path
            self.send_response(200 if found else 404)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content) if found else 0))
            self.end_headers()
            if with_body and found:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        for variable in ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN"):
            monkeypatch.delenv(variable, raising=False)
        yield requests
        server.shutdown()
        thread.join()


def cache(folder: Path, content: bytes) -> Path:
    """Put the file where the hub's own tools keep it."""
    repository = folder / "hf" / "hub" / "models--someone--study-GGUF"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    file = repository / "snapshots" / COMMIT / "study.gguf"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


async def test_the_hub_delivers(hub: list[str], model_of: ModelMaker, content: bytes) -> None:
    updates: list[PullUpdate] = []
    path = await pull(model_of(content, SOURCE), progress=updates.append)
    assert path.read_bytes() == content
    fetched = [update.done for update in updates if update.stage == "fetching"]
    assert fetched[-1] == len(content)
    assert names_in(path.parent / ".partial") == ["study-0.1b.lock"]


async def test_another_digest_is_refused_before_the_download(
    hub: list[str], model_of: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="the hub's file has another digest"):
        await SOURCE.fetch(model_of(bytes(len(content))), tmp_path, quiet)
    assert hub == ["HEAD /someone/study-GGUF/resolve/main/study.gguf"]


@pytest.mark.parametrize("offline", ["0", "1"])
async def test_the_cache_is_used_without_asking_the_hub(
    hub: list[str],
    model_of: ModelMaker,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    offline: str,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", offline)
    cached = cache(tmp_path, content)
    assert list(await SOURCE.fetch(model_of(content), tmp_path, quiet)) == [cached]
    assert hub == []


async def test_a_bad_file_in_the_cache_is_refused_and_left_there(
    hub: list[str], model_of: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    cached = cache(tmp_path, bytes(len(content)))
    good = tmp_path / "good.gguf"
    good.write_bytes(content)
    assert (await pull(model_of(content, SOURCE, FileSource(good)))).read_bytes() == content
    assert cached.exists()


async def test_the_offline_mode_is_respected(
    hub: list[str], model_of: ModelMaker, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SourceError, match="offline mode"):
        await SOURCE.fetch(model_of(content), tmp_path, quiet)
    assert hub == []


async def test_a_hub_out_of_reach_is_no_more_than_a_reason(
    hub: list[str],
    dead_address: str,
    model_of: ModelMaker,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", dead_address)
    with pytest.raises(SourceError, match="Connect"):
        await SOURCE.fetch(model_of(content), tmp_path, quiet)
