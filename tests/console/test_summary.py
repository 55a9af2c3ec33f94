"""What a run leaves on standard output."""

from __future__ import annotations

import pytest

from console.summary import Summary
from pipeline.events import CodeOffered, Noticed, Record

SOURCE = (
    "def every(xs: list[int], end: int) -> str:\n"
    "    # :smile: [bold]not markup[/bold]\n"
    "    return str(xs[:end:2]) + ':x:\t|\x0c' + f'{end:end:}'\n"
)


def test_code_arrives_in_a_pipe_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    summary = Summary()
    offered = CodeOffered(source=SOURCE, candidates={}, verified=True, evidence=[])
    summary.follow(Record(seq=1, at=0.0, session="s", event=offered))
    summary.follow(
        Record(
            seq=2,
            at=0.0,
            session="s",
            event=Noticed(level="warning", message="xs[:end:2] is [red]", hint=":x:"),
        )
    )
    summary.show()
    out, err = capsys.readouterr()
    assert out.startswith(SOURCE)
    assert "xs[:end:2] is [red]\n  :x:" in err
