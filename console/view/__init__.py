"""What the console shows, as plain data: a fold over the records of a session."""

from console.view.fold import View
from console.view.state import CandidateView, Change, HoleView, LogLine, NodeStatus, NodeView

__all__ = ["CandidateView", "Change", "HoleView", "LogLine", "NodeStatus", "NodeView", "View"]
