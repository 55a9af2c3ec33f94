"""The files that evidence speaks of: what they hold now, and what has changed in them since a commit."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

#: What the tracker itself writes: no evidence speaks of it, or each check would make the last one stale.
OWN = frozenset({"holes.toml", "holes.log.jsonl", "holes.evidence.jsonl"})


class Worktree:
    """A project's folder as it stands. Each file and each question to git is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._hashes: dict[Path, bytes] = {}
        self._digests: dict[tuple[str, ...], str] = {}
        self._changes: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    @cached_property
    def commit(self) -> str:
        """The commit checked out; empty outside a repository and before the first commit."""
        return self.git("rev-parse", "--verify", "--quiet", "HEAD")

    def digest(self, globs: Sequence[str]) -> str:
        """Hash of the names and contents of the covered files.

        Without globs all files of the repository are covered; outside a repository that is none, and the
        digest is empty.
        """
        key = tuple(globs)
        if key not in self._digests:
            files = self.covered(globs) if globs else self._all()
            self._digests[key] = self._digest(files) if globs or files else ""
        return self._digests[key]

    def covered(self, globs: Sequence[str]) -> list[Path]:
        """The files that the globs match, in order; a folder stands for all in it. Caches do not count."""
        found = {
            path
            for glob in globs
            for path in self.root.glob(f"{glob}/**/*" if (self.root / glob).is_dir() else glob)
            if path.is_file() and "__pycache__" not in path.parts and path.name not in OWN
        }
        return sorted(found)

    def dirty(self, globs: Sequence[str]) -> bool:
        """Whether covered files differ from the commit."""
        return bool(self.changed("", globs))

    def changed(self, since: str, globs: Sequence[str]) -> list[str]:
        """The covered files that differ from a commit (empty: the one checked out), untracked ones too.

        Empty outside a repository, and for a commit that it does not have.
        """
        key = (since, tuple(globs))
        if key not in self._changes:
            where = [f":(glob){each}" for glob in globs for each in (glob, f"{glob}/**")]
            differ = self.git("diff", "--name-only", "--relative", since or "HEAD", "--", *where)
            fresh = self.git("ls-files", "--others", "--exclude-standard", "--", *where)
            names = {*differ.splitlines(), *fresh.splitlines()}
            self._changes[key] = sorted(name for name in names if Path(name).name not in OWN)
        return self._changes[key]

    def git(self, *arguments: str) -> str:
        """What git says; empty where there is no git, no repository, or no answer."""
        command = ["git", "-c", "core.quotePath=false", *arguments]
        try:
            done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout.rstrip() if done.returncode == 0 else ""

    def _all(self) -> list[Path]:
        listed = self.git("ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate")
        names = (name for name in listed.splitlines() if Path(name).name not in OWN)
        return [path for name in names if (path := self.root / name).is_file()]

    def _digest(self, files: Sequence[Path]) -> str:
        total = hashlib.sha256()
        for path in files:
            total.update(f"{path.relative_to(self.root).as_posix()}\0".encode())
            total.update(self._hash(path))
        return total.hexdigest()

    def _hash(self, path: Path) -> bytes:
        if path not in self._hashes:
            self._hashes[path] = hashlib.sha256(path.read_bytes()).digest()
        return self._hashes[path]
