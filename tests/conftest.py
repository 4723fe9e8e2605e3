"""Settings of every test: Hypothesis repeats itself from run to run and has no deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")
