"""What a graph run leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import HolotypeError
from pipeline.events import NodeStatus
from pipeline.graph.cancellation import CancelledRun
from pipeline.graph.recovery import NodeFailure


class Results(Mapping[str, dict[str, Any]]):
    """The outputs of the nodes that finished, by node id, in the order in which they finished.

    `statuses` and `errors` tell of the others too. `status` is `ok` when every required node is; `stopped`
    says why the run as a whole was ended early, if it was.
    """

    def __init__(
        self,
        outputs: dict[str, dict[str, Any]],
        statuses: dict[str, NodeStatus],
        errors: dict[str, NodeFailure],
        *,
        status: NodeStatus,
        seconds: float,
        stopped: HolotypeError | None = None,
    ) -> None:
        self._outputs = outputs
        self.statuses = statuses
        self.errors = errors
        self.status = status
        self.seconds = seconds
        self.stopped = stopped

    def __getitem__(self, node: str) -> dict[str, Any]:
        return self._outputs[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def raise_for_status(self) -> None:
        """Raise why the run was ended early, or the first failure, unless the status is `ok`."""
        if self.status == "ok":
            return
        if self.stopped is not None:
            raise self.stopped
        if self.status == "failed":
            raise next(iter(self.errors.values()))
        names = ", ".join(f"'{node}'" for node, status in self.statuses.items() if status == "cancelled")
        raise CancelledRun(f"The run did not end: {names} cancelled.", "`holotype resume` goes on with it.")
