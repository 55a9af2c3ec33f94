"""Property tests on a shared machine: how long one example takes says nothing.

With `EXAMPLES=2000 pytest tests/pipeline/holes` each law is tried on that many examples.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "holes",
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("holes")
