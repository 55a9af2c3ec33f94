"""Import of a Markdown inventory, and the report on each line that was not understood."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.holes.inventory.markdown import Unread, read
from pipeline.holes.inventory.model import Criterion, GateCriterion, HoleEntry, Phase

pytestmark = pytest.mark.hole("H15")

TEXT = """# Our holes

Some words before.

## Phase 2: Core

### H1: ProviderAdapter

**Type**: implementation
**Kind**: wrong kind
**Status**: open

The one way to a model.
It logs its route.

**Constraints**:
- MUST log its route
- SHOULD be fast
- must not said plainly

**Dependencies**:
- Blocked by: H6, H9
- Blocks: H2
- Blocks nothing we know

#### Acceptance Criteria
- [ ] `pytest --hole H1`
- [x] the team agrees

**Owner**: Ann

### Hole H2 — CallPattern
- Type: interface
- Status: resolved
- Depends on: none
- Phase: three

### H2: again

| a | table |
"""


def test_what_is_read_and_what_is_not() -> None:
    found = read(TEXT)
    assert found.holes == [
        HoleEntry(
            id="H1",
            name="ProviderAdapter",
            phase=2,
            kind="implementation",
            description="The one way to a model. It logs its route.",
            must=("log its route", "must not said plainly"),
            should=("be fast",),
            blocked_by=("H6", "H9"),
            blocks=("H2",),
            accept=(Criterion(command="pytest --hole H1"), Criterion(decision="the team agrees")),
        ),
        HoleEntry(id="H2", name="CallPattern", phase=2, kind="interface"),
    ]
    told = {unread.line: unread.reason for unread in found.unread}
    lines = TEXT.splitlines()
    assert {lines[number - 1] for number in told} == {
        "Some words before.",
        "**Kind**: wrong kind",
        "- Blocks nothing we know",
        "**Owner**: Ann",
        "- Status: resolved",
        "- Phase: three",
        "### H2: again",
        "| a | table |",
    }
    assert Unread(3, "Some words before.", "it belongs to no hole") in found.unread
    assert "no field of a hole" in told[lines.index("**Owner**: Ann") + 1]


def test_a_text_without_holes_is_refused() -> None:
    with pytest.raises(UsageError, match="no hole was found"):
        read("# nothing\n\nhere\n")


FLAWED = """# Ours

## Phase 1: Foundations

Gate:
- Functional: 80 %
- [ ] Performance: `python -m bench`
- Documentation: the README is read
- `pytest "open`

### S1: Storage
- Value type: str
- Blocked by: S1, S9
- Blocks: S2-S4
- Domain: 9..1
- Module: ../elsewhere.py
- Status: blocked

```python
x = 1
```

### Thoughts

Under no hole.

## Phase two: Later

## Phase 1: Again
"""


def test_phases_and_gates_are_read_and_each_flaw_is_reported_with_its_line() -> None:
    found = read(FLAWED)
    gate = (
        GateCriterion(aspect="performance", command="python -m bench"),
        GateCriterion(aspect="documentation", decision="the README is read"),
    )
    assert found.phases == [Phase(id=1, name="Foundations", demands={"functional": 0.8}, gate=gate)]
    assert found.holes == [HoleEntry(id="S1", name="Storage", type="str", blocked_by=("S9",))]
    lines = FLAWED.splitlines()
    assert [(lines[each.line - 1], each.reason) for each in found.unread] == [
        ('- `pytest "open`', '`pytest "open` is no command: No closing quotation'),
        ("- Blocked by: S1, S9", "S1 cannot wait for itself"),
        ("- Blocks: S2-S4", "a range of holes is not read: name each"),
        ("- Domain: 9..1", "no value is in that domain"),
        ("- Module: ../elsewhere.py", "a module is a path inside the project"),
        ("```python", "code is not read"),
        ("x = 1", "code is not read"),
        ("```", "code is not read"),
        ("### Thoughts", "`Thoughts` is no field of a hole"),
        ("Under no hole.", "it belongs to no hole"),
        ("## Phase two: Later", "it belongs to no hole"),
        ("## Phase 1: Again", "a phase of this number was read before: its name and gate are not read"),
    ]
