"""Property tests on a shared machine: how long one example takes says nothing."""

from hypothesis import settings

settings.register_profile("holes", deadline=None)
settings.load_profile("holes")
