"""Model calls as events."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.events import AnyEvent, ModelCalled
from pipeline.providers.adapter import CallRecord


def announcing(publish: Callable[[AnyEvent], object], node: str = "") -> Callable[[CallRecord], None]:
    """An `on_call` for the adapter that publishes each call, made by `node`."""

    def announce(record: CallRecord) -> None:
        publish(
            ModelCalled(
                purpose=record.purpose,
                route=record.route,
                reason=record.reason + (f"; {record.error}" if record.error else ""),
                provider=record.provider,
                prompt_digest=record.prompt_digest,
                tokens_in=record.tokens_in,
                tokens_out=record.tokens_out,
                tokens_cached=record.tokens_cached,
                seconds=record.seconds,
                money=record.money,
                node=node,
            )
        )

    return announce
