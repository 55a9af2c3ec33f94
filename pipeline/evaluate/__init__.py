"""Measures Holotype itself: suites of tasks with hidden tests, arms side by side, honest intervals."""
