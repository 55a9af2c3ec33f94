"""Which models are on this machine, and whether their files are what they claim to be.

A verified file is not hashed again: a record beside the models (`FILE.verified`) holds its size, time and
digest. A file that changed since is hashed anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Literal

from pipeline.errors import InfrastructureError, UsageError
from pipeline.paths import models_dir
from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.sources import file_of_size

State = Literal["ready", "unverified", "absent"]

_log = logging.getLogger(__name__)


def location(model: Model) -> Path:
    """Where the model's file is kept, or would be."""
    return model.path or models_dir() / model.file_name


def present(model: Model) -> Path | None:
    """The model's file, verified or not: in the models folder, or where `HOLOTYPE_MODEL_PATH` says."""
    own = location(model)
    if own.is_file():
        return own
    elsewhere = None if model.path else named_by_environment()
    return file_of_size(elsewhere, model) if elsewhere else None


def state(model: Model) -> State:
    """What is known of the model without hashing anything."""
    file = present(model)
    if file is None:
        return "absent"
    return "ready" if _is_recorded(model, file) else "unverified"


def ready(model: Model) -> Path | None:
    """The model's verified file; None where there is none.

    Instant for a file that was verified before; otherwise hashes it, seconds for a large one (call it in a
    thread). Raises `InfrastructureError` if the file is corrupt.
    """
    file = present(model)
    if file is not None and not _is_recorded(model, file):
        _verify(model, file)
        record(model, file)
    return file


def require(model: Model) -> Path:
    """Like `ready`, but a model that is not there is an `InfrastructureError` too."""
    file = ready(model)
    if file is None:
        raise InfrastructureError(
            f"the model {model.name} is not on this machine",
            f"Fetch it with `holotype model pull {model.name}`.",
        )
    return file


def record(model: Model, file: Path) -> None:
    """Remember that `file` was verified. Where the folder is read-only, it is hashed at every start."""
    path = record_path(model)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(_facts(model, file)))
        unfinished.replace(path)
    except OSError as error:
        _log.warning("cannot remember that %s was verified: %s", file, error)


def record_path(model: Model) -> Path:
    """The file that remembers the verification of the model."""
    return models_dir() / f"{model.file_name}.verified"


def named_by_environment() -> Path | None:
    """The file or folder that `HOLOTYPE_MODEL_PATH` names. Raises `UsageError` if nothing is there."""
    value = os.environ.get("HOLOTYPE_MODEL_PATH")
    if not value:
        return None
    path = Path(value).expanduser().absolute()
    if not path.exists():
        raise UsageError(f"HOLOTYPE_MODEL_PATH names {path}, which does not exist", "Correct it or unset it.")
    return path


def _is_recorded(model: Model, file: Path) -> bool:
    if model.path:
        return True
    try:
        recorded = json.loads(record_path(model).read_bytes())
    except (OSError, ValueError):
        return False
    return bool(recorded == _facts(model, file))


def _facts(model: Model, file: Path) -> dict[str, str | int]:
    found = file.stat()
    return {
        "path": str(file),
        "size": found.st_size,
        "mtime_ns": found.st_mtime_ns,
        "sha256": model.sha256,
    }


def _verify(model: Model, file: Path) -> None:
    size = file.stat().st_size
    if size != model.bytes:
        raise _corrupt(model, file, f"{size:,} bytes instead of {model.bytes:,}")
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise InfrastructureError(
            f"the model file {file} cannot be read: {error.strerror}", "Make it readable, or fetch another."
        ) from error
    if digest != model.sha256:
        raise _corrupt(model, file, f"sha256 {digest} instead of {model.sha256}")


def _corrupt(model: Model, file: Path, why: str) -> InfrastructureError:
    return InfrastructureError(
        f"model file corrupt: {file} ({why})",
        f"Fetch it again with `holotype model pull {model.name} --force`.",
    )
