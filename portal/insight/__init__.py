"""Measures over time, and pages that gather from everywhere; writes nothing but its own figures."""

from portal.insight.alarms import open_alarms
from portal.insight.auditing import KINDS, audit_decisions, contradictions_of, last_audit
from portal.insight.measuring import measure_again, measure_indicators
from portal.insight.models import (
    Contradiction,
    DecisionAudit,
    IndicatorAlarm,
    IndicatorFigure,
    IndicatorPeriod,
)
from portal.insight.queries import SHOWN, Spread, figures_of, last_measured, scopes_measured, trust_spread
from portal.insight.rules import FEWEST, LIMITS, limits_from, trend, wilson
from portal.insight.your_side import YourSide, your_side

__all__ = [
    "FEWEST", "KINDS", "LIMITS", "SHOWN", "Contradiction", "DecisionAudit", "IndicatorAlarm", "IndicatorFigure",
    "IndicatorPeriod", "Spread", "YourSide", "audit_decisions", "contradictions_of", "figures_of", "last_audit",
    "last_measured", "limits_from", "measure_again", "measure_indicators", "open_alarms", "scopes_measured", "trend",
    "trust_spread", "wilson", "your_side",
]  # fmt: skip
