"""The rows of the run in a narrow pane."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from console.view import Change, View
from console.view.state import NodeView
from console.widgets.run import RunLanes


class RunApp(App[None]):
    """The run alone."""

    def compose(self) -> ComposeResult:
        yield RunLanes()


def wide_run(checks: int = 9) -> View:
    """A round after another one: its nodes follow lanes of all checks of the first."""
    view = View()
    first = [f"check median.{number}" for number in range(checks)]
    deps = {
        "draft median": (),
        **dict.fromkeys(first, ("draft median",)),
        "ask again median": ("draft median",),
        "mend median+1": tuple(first),
        "choose median+1": ("ask again median", "mend median+1", *first),
    }
    for name, wanted in deps.items():
        tokens = 1234 if name.startswith("ask") else 0
        view.nodes[name] = NodeView(name, "check", name, tuple(wanted), "ok", None, 8.7, tokens)
    return view


@pytest.mark.parametrize("width", [38, 44, 60])
async def test_every_row_has_its_status_and_its_name(width: int) -> None:
    app = RunApp()
    async with app.run_test(size=(width + 2, 40)) as pilot:
        run = app.query_one(RunLanes)
        view = wide_run()
        run.show(view, Change.EVERYTHING, 0.0)
        await pilot.pause()
        rows = [run.line(index, width).plain for index in range(run.total) if run.selectable(index)]
    assert len(rows) == len(view.nodes)
    for row in rows:
        assert "●" in row
        assert len(row) <= width
        assert row.endswith("8.7 s")
        assert any(name in row for name in view.nodes), row
