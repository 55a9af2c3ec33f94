"""Where untrusted code runs: a quick screen, and CPython behind real barriers for the verdict."""
