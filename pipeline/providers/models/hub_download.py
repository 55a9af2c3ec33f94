"""Find a file in the Hugging Face cache or download it from the hub, in a process that can be killed.

Run as a script: REPOSITORY FILE SHA256 FOLDER. Prints `Progress DONE of TOTAL` lines, then the file's path.
The cache is asked first, without the network. A failure ends in a traceback; its last line is the reason.
"""

from __future__ import annotations

import os
import sys
from typing import Any

REACH_SECONDS = 5
"""How long the hub may take to answer at all."""


class ProgressLines:
    """Stands in for a tqdm bar: prints the bytes done as lines."""

    def __init__(self, *_: object, total: int | None = None, initial: int = 0, **__: object) -> None:
        self.n = initial
        self.total = total or 0

    def update(self, count: float | None = 1) -> None:
        self.n += int(count or 0)
        sys.stdout.write(f"Progress {self.n} of {self.total}\n")
        sys.stdout.flush()

    def __enter__(self) -> ProgressLines:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        """Accept what else a bar is told (its description, a refresh, the end) and show nothing of it."""
        return lambda *_, **__: None


def main(repository: str, file: str, sha256: str, folder: str) -> str:
    """The path of the file. The hub's file is refused before the download if its digest is another."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # read at import: nothing about the caller is sent
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url, try_to_load_from_cache

    cached = try_to_load_from_cache(repository, file)
    if isinstance(cached, str):
        return cached
    offered = get_hf_file_metadata(hf_hub_url(repository, file), timeout=REACH_SECONDS).etag
    if offered != sha256:
        sys.exit(f"the hub's file has another digest: {offered}")
    bar: Any = ProgressLines
    return str(
        hf_hub_download(repository, file, local_dir=folder, etag_timeout=REACH_SECONDS, tqdm_class=bar)
    )


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
