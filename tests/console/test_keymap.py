"""The table of actions: ids unique, keys sendable, no key twice in one place."""

from __future__ import annotations

from collections import Counter

import pytest

from console.keymap import ACTIONS, SCOPES, checked
from pipeline.errors import UsageError


def test_every_action_has_its_own_id_and_help() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    assert all(action.help and action.scope in SCOPES for action in ACTIONS)


def test_no_key_means_two_things_in_one_place() -> None:
    keys = Counter((action.scope, key) for action in ACTIONS for key in action.keys.split(","))
    assert max(keys.values()) == 1


def test_the_defaults_can_be_sent_by_terminals() -> None:
    assert checked({action.id: action.keys for action in ACTIONS})


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"holes.acept": "a"}, "unknown action: holes.acept"),
        ({"holes.accept": " "}, "no key for holes.accept"),
        ({"prompt.submit": "ctrl+enter"}, "cannot send"),
        ({"lines.up": "k,alt+up"}, "alt+up"),
    ],
)
def test_an_unusable_keymap_is_refused_with_the_entry_at_fault(keymap: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match="The keymap") as refused:
        checked(keymap)
    assert said in refused.value.message
    assert refused.value.hint
