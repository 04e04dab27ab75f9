"""No test asserts a time: hypothesis' own limit for an example is off."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
