"""What all tests of pages may ask for."""

import math
import sys

import pytest


@pytest.fixture
def looked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in force is looked up every two seconds: on a slow machine that look would be counted with a page."""
    monkeypatch.setattr(sys.modules["portal.needs.in_force"], "LOOK_SECONDS", math.inf)
