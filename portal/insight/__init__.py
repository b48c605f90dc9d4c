"""Measures over time, and pages that gather from everywhere; only reads."""

from portal.insight.your_side import YourSide, your_side

__all__ = ["YourSide", "your_side"]
