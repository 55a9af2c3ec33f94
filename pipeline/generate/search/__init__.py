"""A generator that needs no model: bottom-up enumeration over standard-library components.

What it finds satisfies the examples and is otherwise a guess: a rival that shows where they leave room.
"""

from pipeline.generate.search.budget import Budget
from pipeline.generate.search.found import Fit, Found
from pipeline.generate.search.process import search, searchable

__all__ = ["Budget", "Fit", "Found", "search", "searchable"]
