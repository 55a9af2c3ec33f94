"""Puts the parts together for work on this machine: model, sandboxes, store, session."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from console.control import SessionSummary, Sink
from console.engine_settings import EngineSettings
from pipeline.bus import EventBus
from pipeline.errors import HolotypeError
from pipeline.events import Record
from pipeline.session import Builder, Oracle, Session, Translator
from pipeline.state import SessionRequest, State, restored

if TYPE_CHECKING:
    from pipeline.build import GraphBuild
    from pipeline.graph.cache import OutputCache
    from pipeline.graph.dag import DAG
    from pipeline.ir import Program
    from pipeline.providers.adapter import ProviderAdapter
    from pipeline.providers.embedded import EmbeddedProvider
    from pipeline.verify.subject import Judges
    from store.cache import SqliteOutputCache
    from store.connection import Database
    from store.events import EventLog


#: What a session imports when it first needs it; imported ahead, in a thread, it holds up no key.
_AHEAD = (
    "pipeline.translate.builder",
    "pipeline.providers.adapter",
    "pipeline.providers.embedded",
    "pipeline.build",
    "pipeline.stages",
    "pysat.solvers",
    "pipeline.verify.sandbox.select",
    "store.connection",
    "store.session_lock",
    "store.results",
    "store.cache",
)


class LocalEngine:
    """Sessions on this machine. Parts are made when first needed and live until `aclose`."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self._parts = AsyncExitStack()
        self._database: Database | None = None
        self._models: dict[str, tuple[ProviderAdapter, str]] = {}
        self._embedded: dict[str, EmbeddedProvider] = {}
        self._wanted = settings.model
        self._judges: Judges | None = None
        self._making = asyncio.Lock()

    async def open(self, prompt: str, sink: Sink) -> LocalSession:
        """A new session with a person there."""
        from pipeline.translate.validation import check_prompt

        return await self.start(self.request(check_prompt(prompt), interactive=True), sink)

    def request(self, prompt: str, *, interactive: bool) -> SessionRequest:
        """The request for `prompt` under this engine's settings."""
        settings = self.settings
        return SessionRequest(
            prompt=prompt,
            model=settings.model,
            k=settings.k,
            rounds=settings.rounds,
            seed=settings.seed,
            questions=settings.questions if interactive else 0,
            interactive=interactive,
        )

    async def start(self, request: SessionRequest, sink: Sink, oracle: Oracle | None = None) -> LocalSession:
        """A new session, not yet running; `oracle` answers questions where no person is there."""
        from store.sessions import new_session

        return await self._session(await new_session(await self.database()), State(request), (), sink, oracle)

    async def plan(self, request: SessionRequest) -> tuple[Program, DAG]:
        """What `request` would run: the program read from the prompt, and its graph before it grows."""
        from pipeline.translate.builder import IRBuilder

        model, _ = await self.model(request.model)
        translation = await IRBuilder(model.for_purpose("translate")).build(request.prompt)
        return translation.program, (await self._builder(request.model)).plan(translation.program, request)

    async def resume(
        self, session_id: str | None, sink: Sink, oracle: Oracle | None = None, *, interactive: bool = True
    ) -> tuple[list[Record], LocalSession]:
        """A stored session (None: the last one) and its records so far.

        Where there is somebody to ask, they are, also if there was nobody when it began.
        """
        from pipeline.errors import UsageError
        from store.events import read_events
        from store.sessions import find_session, last_session

        database = await self.database()
        stored = await (find_session(database, session_id) if session_id else last_session(database))
        if stored is None:
            raise UsageError("there is no session to resume yet", "Open the console with: holotype")
        records = await read_events(database, stored.id)
        state = restored(records)
        questions = state.request.questions
        if interactive or oracle is not None:
            questions = max(questions, self.settings.questions)
        state.request = msgspec.structs.replace(state.request, interactive=interactive, questions=questions)
        return records, await self._session(stored.id, state, records, sink, oracle)

    async def prepare(self, loading: Callable[[float], None]) -> None:
        """Load the model that the session at hand, or the next one, needs; start the sandboxes.

        Then the first translation finds its imports made and its prompt's fixed part computed.
        """
        for module in _AHEAD:
            await asyncio.to_thread(importlib.import_module, module)
        from pipeline.translate.builder import IRBuilder

        name = self._wanted
        model, _ = await self.model(name)
        try:
            async with asyncio.TaskGroup() as ahead:
                ahead.create_task(self._embedded[name].start(loading))
                ahead.create_task(IRBuilder(model.for_purpose("translate")).prepare())
                ahead.create_task(self.judges())
        except* HolotypeError as failed:
            raise failed.exceptions[0] from None

    async def sessions(self) -> list[SessionSummary]:
        """The stored sessions, newest first."""
        from store.sessions import list_sessions

        return [
            SessionSummary(one.id, one.prompt, one.outcome, one.started_at, one.last_at - one.started_at)
            for one in await list_sessions(await self.database())
        ]

    async def aclose(self) -> None:
        """End every process and close the database."""
        await self._parts.aclose()

    async def database(self) -> Database:
        """The open database."""
        async with self._making:
            if self._database is None:
                from pipeline.paths import database_path
                from store.connection import open_database

                path = self.settings.db or database_path()
                self._database = await self._parts.enter_async_context(await open_database(path))
            return self._database

    async def model(self, name: str) -> tuple[ProviderAdapter, str]:
        """The way to a model, and an id that changes with its weights."""
        async with self._making:
            if name not in self._models:
                from pipeline.providers.adapter import ProviderAdapter
                from pipeline.providers.embedded import EmbeddedProvider
                from pipeline.providers.models import catalogue, presence

                model = await asyncio.to_thread(catalogue.resolve, name)
                path = await asyncio.to_thread(presence.require, model)
                provider = EmbeddedProvider(path, name=model.name)
                self._parts.push_async_callback(provider.aclose)
                self._embedded[name] = provider
                self._models[name] = ProviderAdapter([provider]), model.sha256
            return self._models[name]

    async def judges(self) -> Judges:
        """Both sandboxes."""
        async with self._making:
            if self._judges is None:
                from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox
                from pipeline.verify.subject import Judges

                screen = await open_screen()
                self._parts.push_async_callback(screen.aclose)
                verdict = await open_verdict_sandbox()
                self._parts.push_async_callback(verdict.aclose)
                self._judges = Judges(screen, verdict)
            return self._judges

    async def _session(
        self,
        session: str,
        state: State,
        records: Sequence[Record],
        sink: Sink,
        oracle: Oracle | None = None,
    ) -> LocalSession:
        from pipeline.providers.announce import announcing
        from pipeline.translate.builder import IRBuilder
        from store.cache import SqliteOutputCache
        from store.events import EventLog
        from store.session_lock import lock_session

        database = await self.database()
        self._wanted = state.request.model
        model, _ = await self.model(state.request.model)
        cache = SqliteOutputCache(database)
        builder = await self._builder(state.request.model, cache)
        bus = EventBus(session, next_seq=records[-1].seq + 1 if records else 1)
        log = EventLog(database, session)
        bus.subscribe(log.append)
        bus.subscribe(sink)
        await self._state_confidence(bus, state.request.model, records)
        translator = IRBuilder(model.for_purpose("translate", announcing(bus.publish)))
        lock = ExitStack()
        lock.enter_context(lock_session(database.path, session))
        return LocalSession(state, bus, translator, builder, oracle, Keeping(log, cache, lock))

    async def _state_confidence(self, bus: EventBus, model_name: str, records: Sequence[Record]) -> None:
        """Let `bus` hear how far its offers can be trusted, if that was ever measured for this model."""
        from store.evaluations import last_calibration

        confidence = await last_calibration(await self.database())
        if confidence is None:
            return
        from pipeline.evaluate.stating import Stating, fits

        if fits(confidence, (await self.model(model_name))[1]):
            bus.subscribe(Stating(bus, confidence, records))

    async def _builder(self, model_name: str, cache: OutputCache | None = None) -> GraphBuild:
        from pipeline.build import GraphBuild
        from store.results import SqliteResultStore

        database = await self.database()
        model, model_id = await self.model(model_name)
        return GraphBuild(
            model,
            model_id,
            await self.judges(),
            SqliteResultStore(database),
            cache,
        )


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeps a session: its log, the cache it feeds, and the lock that makes it the only writer."""

    log: EventLog
    cache: SqliteOutputCache
    lock: ExitStack


class LocalSession(Session):
    """A session whose records are kept, and that no other process works on meanwhile."""

    def __init__(
        self,
        state: State,
        bus: EventBus,
        translator: Translator,
        builder: Builder,
        oracle: Oracle | None,
        keeping: Keeping,
    ) -> None:
        super().__init__(state, bus, translator, builder, oracle)
        self._keeping = keeping

    async def aclose(self) -> None:
        """Wait until everything that happened is stored; let others at the session. Raises HolotypeError."""
        with self._keeping.lock:
            await self._keeping.log.flush()
            await self._keeping.cache.flush()
