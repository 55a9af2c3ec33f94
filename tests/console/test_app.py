"""The console driven from the keyboard, around a scripted engine (a fake at the edge; the app is whole)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.app import HolotypeApp
from console.control import SessionSummary
from console.screens.confirm import ConfirmScreen
from console.screens.help import HelpScreen, KeyList
from console.screens.sessions import SessionPicker
from console.screens.value import ValueScreen
from console.settings import read_settings, settings_path
from console.widgets.code import CodeView, Evidence
from console.widgets.event_log import EventLog
from console.widgets.hole_detail import HoleDetail
from console.widgets.holes import HoleList
from console.widgets.prompt import PASTE_LIMIT, PromptArea
from console.widgets.run import RunLanes
from console.widgets.session_line import SessionLine
from pipeline.errors import InfrastructureError
from pipeline.events import ProgramRevised
from pipeline.ir import Example
from tests.console import recorded
from tests.console.scripted import ScriptedEngine, ScriptedSession

REST = [*recorded.DRAFTING, *recorded.FINISHING]
STORED = [SessionSummary("s1", "median of a list", "verified", recorded.START, 20.0)]


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Let the app work until `true`."""
    async with asyncio.timeout(60):
        while not true():
            await pilot.pause(0.02)


@asynccontextmanager
async def console(
    engine: ScriptedEngine, *, size: tuple[int, int] = (120, 36), **options: object
) -> AsyncIterator[tuple[HolotypeApp, Pilot[None]]]:
    app = HolotypeApp(engine, clock=lambda: recorded.START + 14, **options)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.focused is not None)
        yield app, pilot


@asynccontextmanager
async def holes_open(
    *, size: tuple[int, int] = (120, 36), **options: object
) -> AsyncIterator[tuple[HolotypeApp, Pilot[None], ScriptedSession]]:
    """A session that waits with open holes, the hole list in focus."""
    engine = ScriptedEngine(recorded.OPENING, REST)
    async with console(engine, size=size, prompt=recorded.PROMPT, **options) as (app, pilot):
        await until(pilot, lambda: isinstance(app.focused, HoleList))
        yield app, pilot, engine.opened[0]


async def test_a_prompt_typed_becomes_code_on_the_screen() -> None:
    engine = ScriptedEngine(recorded.OPENING, REST)
    async with console(engine) as (app, pilot):
        await pilot.press(*"two", "ctrl+j", *"lines", "enter")
        await until(pilot, lambda: isinstance(app.focused, HoleList))
        assert engine.prompts == ["two\nlines"]
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.focused, CodeView))
        code = app.workbench.query_one(CodeView)
        assert code.source == recorded.CODE
        assert "def median" in code.line(0, 80).plain
        assert app.workbench.query_one(Evidence).total == 6


def top_line(app: HolotypeApp) -> str:
    """What the session line says."""
    return app.workbench.query_one(SessionLine).render().plain


async def test_the_model_loads_while_somebody_types() -> None:
    engine = ScriptedEngine(recorded.OPENING, REST, loads=(0.1, 0.4))
    async with console(engine) as (app, pilot):
        await until(pilot, lambda: "loading model 40%" in top_line(app))
        await pilot.press(*"some words")
        assert app.workbench.prompt.text == "some words"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, HoleList))
        assert "loading model 40%" in top_line(app)
        engine.loaded.set()
        await until(pilot, lambda: "loading" not in top_line(app))


async def test_leaving_while_the_model_loads_ends_the_loading_first() -> None:
    engine = ScriptedEngine(loads=(0.0,))
    async with console(engine) as (app, pilot):
        await until(pilot, lambda: top_line(app).endswith("loading model"))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: engine.closed)
    assert engine.loads == (), "the loading was cancelled"


async def test_a_model_that_cannot_be_loaded_is_said_before_anything_is_asked() -> None:
    engine = ScriptedEngine(unprepared=InfrastructureError("the model is not here", "Pull it."))
    async with console(engine) as (app, pilot):
        await until(pilot, lambda: app._notifications)
        (note,) = app._notifications
        assert "the model is not here" in note.message
        assert app.focused is app.workbench.prompt


async def test_an_empty_prompt_starts_nothing() -> None:
    engine = ScriptedEngine()
    async with console(engine) as (_, pilot):
        await pilot.press("space", "enter", "ctrl+j", "enter")
        assert not engine.prompts


async def test_a_large_paste_is_taken_and_an_enormous_one_refused() -> None:
    async with console(ScriptedEngine()) as (app, pilot):
        area = app.query_one(PromptArea)
        app.post_message(Paste("line of a long prompt\n" * 500))
        await until(pilot, lambda: area.text.count("\n") == 500)
        app.post_message(Paste("x" * (PASTE_LIMIT + 1)))
        await until(pilot, lambda: len(app._notifications) == 1)
        assert len(area.text) < PASTE_LIMIT


@pytest.mark.parametrize("keys", [("1",), ("a",), ("enter", "enter")], ids=["number", "accept", "arrows"])
async def test_a_hole_is_settled_from_the_keyboard(keys: tuple[str, ...]) -> None:
    async with holes_open() as (app, pilot, session):
        await pilot.press(*keys)
        await until(pilot, lambda: not app.view.holes["median.empty"].waits)
        said = "accept median.empty" if keys == ("a",) else "resolve median.empty=raise ValueError"
        assert session.told == [said]
        holes = app.workbench.holes.list
        await until(pilot, lambda: holes.hole is not None and holes.hole.hole.id == "median.mutates")


async def test_the_second_candidate_is_picked_with_the_arrows() -> None:
    async with holes_open() as (app, pilot, session):
        await pilot.press("enter", "down")
        assert isinstance(app.focused, HoleDetail)
        await pilot.press("enter")
        await until(pilot, lambda: session.told)
        assert session.told == ["resolve median.empty=return 0.0"]


async def test_a_typed_value_that_does_not_fit_is_explained_in_place() -> None:
    async with holes_open() as (app, pilot, session):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ValueScreen))
        await pilot.press(*"nonsense", "enter")
        problem = app.screen.query_one("#problem", Static)
        await until(pilot, lambda: problem.display)
        assert "does not fit" in str(problem.content)
        app.screen.query_one(Input).value = "return 42.0"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ValueScreen))
        assert session.told[-1] == "resolve median.empty=return 42.0"


async def test_a_decision_is_taken_back() -> None:
    async with holes_open() as (app, pilot, session):
        await pilot.press("1")
        await until(pilot, lambda: not app.view.holes["median.empty"].waits)
        await pilot.press("home", "x")
        await until(pilot, lambda: app.view.holes["median.empty"].waits)
        assert session.told[-1] == "retract median.empty"


async def test_a_settled_hole_is_not_settled_again_by_accident() -> None:
    async with holes_open() as (app, pilot, session):
        await pilot.press("1")
        await until(pilot, lambda: not app.view.holes["median.empty"].waits)
        await pilot.press("home", "2", "a")
        assert session.told == ["resolve median.empty=raise ValueError"]


async def test_a_blocked_proposal_is_reported_not_raised() -> None:
    async with holes_open() as (app, pilot, session):
        app.act(lambda control: control.accept("median.nan"))
        await until(pilot, lambda: app._notifications)
        assert session.told == ["accept median.nan"]


async def test_the_cursor_in_the_run_chooses_what_is_read() -> None:
    engine = ScriptedEngine(recorded.WHOLE)
    async with console(engine, prompt="x") as (app, pilot):
        await until(pilot, lambda: app.view.offered)
        await pilot.press("r")
        lanes = app.workbench.query_one(RunLanes)
        await until(pilot, lambda: lanes.has_focus)
        while lanes.node is None or lanes.node.label != "check median.1":
            await pilot.press("up")
        code = app.workbench.query_one(CodeView)
        await until(pilot, lambda: code.source == recorded.WRONG)
        evidence = app.workbench.query_one(Evidence)
        assert any("gave 3, not 2.5" in evidence.line(i, 100).plain for i in range(evidence.total))
        await pilot.press("escape")
        await until(pilot, lambda: code.source == recorded.CODE)


async def test_text_being_decoded_is_shown_live() -> None:
    engine = ScriptedEngine([*recorded.OPENING, *recorded.DECIDING, *recorded.DRAFTING])
    async with console(engine, prompt="x") as (app, pilot):
        code = app.workbench.query_one(CodeView)
        await until(pilot, lambda: "return ordered[mid" in code.source)


async def test_the_log_is_filtered_and_shown_again() -> None:
    async with holes_open() as (app, pilot, _):
        log = app.workbench.query_one(EventLog)
        everything = log.total
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"narrowed float")
        await until(pilot, lambda: log.total == 1)
        await pilot.press("escape")
        await until(pilot, lambda: log.total == everything)


async def test_code_is_copied() -> None:
    engine = ScriptedEngine(recorded.WHOLE)
    async with console(engine, prompt="x") as (app, pilot):
        await until(pilot, lambda: isinstance(app.focused, CodeView))
        await pilot.press("y")
        assert app.clipboard == recorded.CODE


@pytest.mark.parametrize("downloads", [True, False])
async def test_the_screen_is_saved_where_there_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, downloads: bool
) -> None:
    """A machine that one is connected to from elsewhere often has no folder for downloads."""
    folder, here = tmp_path / "Downloads", tmp_path / "here"
    here.mkdir()
    if downloads:
        folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(folder))
    monkeypatch.chdir(here)
    async with console(ScriptedEngine(recorded.WHOLE), prompt="x") as (app, pilot):
        await until(pilot, lambda: isinstance(app.focused, CodeView))
        app.deliver_screenshot()
        await until(pilot, lambda: list((folder if downloads else here).glob("*.svg")))


async def test_the_specification_and_back() -> None:
    engine = ScriptedEngine(recorded.WHOLE)
    async with console(engine, prompt="x") as (app, pilot):
        code = app.workbench.query_one(CodeView)
        await until(pilot, lambda: isinstance(app.focused, CodeView))
        await pilot.press("s")
        await until(pilot, lambda: "Return the median" in code.source)
        assert "stated" in code.line(0, 80).plain
        await pilot.press("s")
        await until(pilot, lambda: code.source == recorded.CODE)


async def test_code_is_not_called_verified_for_what_was_settled_after_it() -> None:
    """While an answer is built on, the code of before stays to be read, and says that it is of before."""
    engine = ScriptedEngine(recorded.WHOLE)
    async with console(engine, prompt="x") as (app, pilot):
        code, evidence = app.workbench.query_one(CodeView), app.workbench.query_one(Evidence)
        await until(pilot, lambda: "verified" in str(code.border_title))
        answered = recorded.program(decided=True, holes=())
        (function,) = answered.functions
        more = Example(call="median([7])", expected="7", provenance=recorded.person())
        asked = function.model_copy(update={"examples": (*function.examples, more)})
        program = answered.model_copy(update={"functions": (asked,)})
        engine.opened[0].say(
            ProgramRevised(
                version=3, digest=program.digest, program=program.canonical(), reason="answered", by="person"
            ),
            25.0,
        )
        await until(pilot, lambda: "earlier specification" in str(code.border_title))
        assert "verified" not in str(code.border_title)
        assert code.source == recorded.CODE
        await until(pilot, lambda: "earlier specification" in str(evidence.border_title))


async def test_a_pane_is_zoomed_and_restored() -> None:
    async with holes_open() as (app, pilot, _):
        await pilot.press("z")
        await until(pilot, lambda: app.workbench.query_one("#left").region.width == 0)
        assert app.workbench.holes.region.width == 120
        await pilot.press("escape")
        await until(pilot, lambda: app.workbench.query_one("#left").region.width > 0)


async def test_one_pane_at_a_time_on_a_narrow_screen() -> None:
    async with holes_open(size=(80, 24)) as (app, pilot, _):
        assert app.workbench.holes.region.width == 80
        await pilot.press("right")
        await until(pilot, lambda: isinstance(app.focused, CodeView))
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.focused, EventLog))
        assert app.workbench.query_one(EventLog).region.width == 80


async def test_help_starts_with_where_one_is_and_is_filtered() -> None:
    async with holes_open() as (app, pilot, _):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        keys = app.screen.query_one(KeyList)
        assert keys.line(0, 70).plain == "Holes"
        await pilot.press(*"proposal")
        await until(pilot, lambda: keys.total == 2)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))


async def test_the_palette_offers_the_actions_of_the_place() -> None:
    async with holes_open() as (_, pilot, session):
        await pilot.press("ctrl+p")
        await pilot.press(*"best proposal")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: session.told)
        assert session.told == ["accept median.empty"]


async def test_a_users_keymap_moves_a_key() -> None:
    async with holes_open(keymap={"holes.accept": "f5"}) as (_, pilot, session):
        await pilot.press("a")
        assert not session.told
        await pilot.press("f5")
        await until(pilot, lambda: session.told)


async def test_help_and_palette_show_the_users_keys() -> None:
    async with holes_open(keymap={"holes.accept": "f5"}) as (app, pilot, _):
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        keys = app.screen.query_one(KeyList)
        lines = [keys.line(index, 70).plain for index in range(keys.total)]
        assert [line.split()[0] for line in lines if "best proposal" in line] == ["f5"]


async def test_a_picked_theme_is_kept_and_the_one_of_the_start_is_not() -> None:
    async with console(ScriptedEngine(), theme="nord") as (app, pilot):
        await pilot.pause()
        assert app.theme == "nord"
        assert not settings_path().exists()
        app.theme = "gruvbox"
        await until(pilot, settings_path().exists)
        assert read_settings().theme == "gruvbox"


async def test_an_unusable_keymap_is_reported_and_the_defaults_work() -> None:
    async with holes_open(keymap={"holes.acept": "f5"}) as (app, pilot, session):
        assert any("holes.acept" in note.message for note in app._notifications)
        await pilot.press("a")
        await until(pilot, lambda: session.told)


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_leaving_in_the_middle_cancels_awaits_and_keeps_the_session(key: str) -> None:
    engine = ScriptedEngine(recorded.OPENING, REST)
    async with console(engine, prompt="x") as (app, pilot):
        await until(pilot, lambda: isinstance(app.focused, HoleList))
        await pilot.press(key)
        await until(pilot, lambda: engine.closed)
    session = engine.opened[0]
    assert session.cancelled
    assert session.closed
    assert app.return_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
async def test_a_termination_signal_leaves_the_same_way() -> None:
    engine = ScriptedEngine(recorded.OPENING, REST)
    async with console(engine, prompt="x") as (app, pilot):
        await until(pilot, lambda: isinstance(app.focused, HoleList))
        os.kill(os.getpid(), signal.SIGTERM)
        await until(pilot, lambda: engine.closed)
    assert engine.opened[0].cancelled


async def test_ctrl_c_leaves_while_the_model_decodes_and_somebody_types() -> None:
    engine = ScriptedEngine([*recorded.OPENING, (500.0, recorded.OPENING[0][1])], speed=1.0)
    async with console(engine, prompt="x") as (_, pilot):
        await until(pilot, lambda: engine.opened)
        await pilot.press("p", *"next", "ctrl+c")
        await until(pilot, lambda: engine.closed)
    assert engine.opened[0].cancelled


async def test_ctrl_c_copies_what_is_selected_first() -> None:
    engine = ScriptedEngine()
    async with console(engine) as (app, pilot):
        await pilot.press(*"abc", "shift+home", "ctrl+c")
        assert app.clipboard == "abc"
        assert not engine.closed
        await pilot.press("ctrl+c")
        await until(pilot, lambda: engine.closed)


async def test_a_second_prompt_asks_before_it_leaves_a_running_session() -> None:
    async with holes_open() as (app, pilot, session):
        await pilot.press("p", *"another", "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("escape")
        assert not session.cancelled
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await until(pilot, lambda: session.closed)
        await until(pilot, lambda: app.view.prompt == "another" or app.view.session)


async def test_the_last_session_is_taken_up_with_its_history() -> None:
    engine = ScriptedEngine(history=recorded.records(recorded.WHOLE))
    async with console(engine, resume=True) as (app, pilot):
        await until(pilot, lambda: app.view.offered)
        assert engine.resumed == [None]
        assert app.workbench.query_one(CodeView).source == recorded.CODE


async def test_a_stored_session_is_opened_from_the_list() -> None:
    engine = ScriptedEngine(history=recorded.records(recorded.WHOLE), stored=STORED)
    async with console(engine) as (app, pilot):
        await until(pilot, lambda: app.workbench.query("#recent.-filled"))
        await pilot.press("escape", "enter")
        await until(pilot, lambda: app.view.offered)
        assert engine.resumed == ["s1"]
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, SessionPicker))


async def test_nothing_to_resume_is_said_and_the_prompt_waits() -> None:
    async with console(ScriptedEngine(), resume=True) as (app, pilot):
        await until(pilot, lambda: app._notifications)
        assert isinstance(app.focused, PromptArea)


async def test_an_engine_that_cannot_open_gives_the_prompt_back() -> None:
    refusal = InfrastructureError("The model file is damaged.", "Run: holotype model pull")
    async with console(ScriptedEngine(refuses=refusal)) as (app, pilot):
        await pilot.press(*"keep me", "enter")
        await until(pilot, lambda: app._notifications)
        (note,) = app._notifications
        assert note.message == str(refusal)
        await until(pilot, lambda: app.query_one(PromptArea).text == "keep me")


@pytest.mark.parametrize(
    ("error", "said"),
    [(InfrastructureError("The model died.", "Try again."), "The model died."), (ValueError("odd"), "odd")],
)
async def test_a_session_that_fails_is_a_notification_not_a_traceback(error: Exception, said: str) -> None:
    async with console(ScriptedEngine(recorded.OPENING, fails=error), prompt="x") as (app, pilot):
        await until(pilot, lambda: app._notifications)
        assert any(said in note.message for note in app._notifications)
        assert app.is_running


async def test_no_color_reaches_no_colour() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_COLOR", "1")
        app = HolotypeApp(ScriptedEngine(recorded.WHOLE), prompt="x")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.view.offered)
        assert app.no_color
