"""Says with each offer how likely it is right: only where a calibration is there and is for what was done."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.bus import EventBus
from pipeline.evaluate.calibration import Confidence
from pipeline.evaluate.meter import ACCEPTED, Meter
from pipeline.events import ConfidenceStated, Record, StageEntered
from pipeline.version import VERSION


def fits(confidence: Confidence, model_digest: str) -> bool:
    """Whether `confidence` is about code by this model, checked by this version of Holotype."""
    return confidence.digest == model_digest and confidence.version == VERSION


class Stating:
    """A sink that publishes the confidence when a session is done with an offer.

    It is the last to be subscribed: what it publishes comes after what it heard, for everybody. `earlier` are
    the records of a resumed session.
    """

    def __init__(self, bus: EventBus, confidence: Confidence, earlier: Iterable[Record] = ()) -> None:
        self._bus = bus
        self._confidence = confidence
        self._meter = Meter()
        for record in earlier:
            self._meter(record)

    def __call__(self, record: Record) -> None:
        """Take the record into account; state the confidence where it ends the work on an offer."""
        self._meter(record)
        match record.event:
            case StageEntered(stage="done", detail=outcome):
                features = self._meter.features(accepted=outcome in ACCEPTED and self._meter.settled)
            case _:
                return
        if features is not None:
            stated = ConfidenceStated(
                confidence=self._confidence(features),
                outcomes=self._confidence.outcomes,
                brier=self._confidence.brier,
            )
            self._bus.publish(stated)
