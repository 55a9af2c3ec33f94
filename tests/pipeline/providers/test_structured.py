from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.providers.base import Category, GenerationRequest, Message, ProviderError
from pipeline.providers.structured import in_words, parse

pytestmark = pytest.mark.hole("H1")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize("text", ['{"n": 3}', ' {"n":3}\n', 'Sure {x}:\n```json\n{"n": 3}\n```\nDone.'])
def test_json_is_found(text: str) -> None:
    assert parse(text, SCHEMA) == {"n": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("three", "not JSON"),
        ('{"n": 3', "not JSON"),
        ('{"n": "3"}', r"at \$\.n: '3' is not of type 'integer'"),
        ("{}", "'n' is a required property"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(ProviderError, match=said) as caught:
        parse(text, SCHEMA)
    assert caught.value.category is Category.VALIDATION


@pytest.mark.parametrize("schema", [{"type": "nonsense"}, {"$ref": "#/$defs/absent"}])
def test_an_unusable_schema_is_said_to_be_one(schema: dict[str, str]) -> None:
    with pytest.raises(ProviderError, match="schema cannot be used"):
        parse("{}", schema)


def test_a_reference_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "schema.json"
    elsewhere.write_text('{"type": "object"}')
    with pytest.raises(ProviderError, match="schema cannot be used"):
        parse("{}", {"$ref": elsewhere.as_uri()})


def test_in_words_moves_the_schema_into_the_prompt() -> None:
    request = in_words(GenerationRequest((Message("user", "count"),), schema=SCHEMA))
    assert request.schema is None
    assert '"required":["n"]' in request.messages[0].content
    assert request.messages[1] == Message("user", "count")
