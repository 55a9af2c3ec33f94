"""The command palette's view of the console's actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.keys import format_key
from textual.types import IgnoreReturnCallbackType

from console.keymap import ACTIONS, Action

_SCOPES = ("workbench", "holes")


class Actions(Provider):
    """Every action that works now, under the words that help uses for it."""

    async def discover(self) -> Hits:
        """All of them."""
        for action, text, run in self._possible():
            yield DiscoveryHit(text, run, help=self._keys(action))

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for action, text, run in self._possible():
            if score := matcher.match(text):
                yield Hit(score, matcher.highlight(text), run, help=self._keys(action))

    def _possible(self) -> Iterator[tuple[Action, str, IgnoreReturnCallbackType]]:
        active = {bound.binding.id: bound for bound in self.screen.active_bindings.values()}
        for action in ACTIONS:
            bound = active.get(action.id)
            if bound is None or action.scope not in _SCOPES or not bound.enabled:
                continue
            name = bound.binding.action

            async def run(name: str = name, node: DOMNode = bound.node) -> None:
                await self.app.run_action(name, node)

            yield action, action.help, run

    def _keys(self, action: Action) -> str:
        users: Mapping[str, str] = getattr(self.app, "keys", {})
        keys = users.get(action.id, action.keys)
        return "key " + " ".join(format_key(key.strip()) for key in keys.split(","))
