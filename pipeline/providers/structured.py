"""Replies in JSON: asked for in words where decoding cannot be held to a schema, and always checked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec

from pipeline.providers.base import Category, GenerationRequest, Message, ProviderError


def in_words(request: GenerationRequest) -> GenerationRequest:
    """The same request with its schema put into the prompt, for a provider that cannot decode to it."""
    if request.schema is None or request.raw is not None:
        return request
    schema = msgspec.json.encode(request.schema).decode()
    words = f"Answer with nothing but one JSON value that fits this JSON Schema:\n{schema}"
    return replace(request, messages=(Message("system", words), *request.messages), schema=None)


def parse(text: str, schema: dict[str, Any]) -> Any:
    """The JSON value in a reply, checked against `schema`; prose or a code fence around it is dropped.

    Raises `ProviderError` (validation) that says what does not fit. Blocks for ~0.2 s the first time, which
    `load` can do elsewhere.
    """
    value = _value(text)
    jsonschema, referencing = load()
    validator = jsonschema.validators.validator_for(schema)(schema, registry=referencing.Registry())
    try:
        error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    except (jsonschema.exceptions.UnknownType, referencing.exceptions.Unresolvable) as bad:
        raise ProviderError(f"the JSON schema cannot be used: {bad}", "", Category.VALIDATION) from bad
    if error is not None:
        raise ProviderError(
            f"the model's reply does not fit its schema at {error.json_path}: {error.message[:300]}",
            "Try again, or use a model that decodes to a schema.",
            Category.VALIDATION,
        )
    return value


def load() -> tuple[Any, Any]:
    """The JSON Schema library and the one for its references, of which none is ever fetched."""
    import jsonschema
    import referencing.exceptions

    return jsonschema, referencing


def _value(text: str) -> Any:
    """The first JSON object or array in `text`, or all of it as one JSON value."""
    try:
        return json.loads(text)
    except ValueError as error:
        whole = error
    decoder = json.JSONDecoder()
    for start, character in enumerate(text):
        if character in "{[":
            try:
                return decoder.raw_decode(text, start)[0]
            except ValueError:
                continue
    raise ProviderError(
        f"the model's reply is not JSON: {whole} in {text[:200]!r}",
        "Allow it more tokens if it was cut off; otherwise try again.",
        Category.VALIDATION,
    ) from whole
