"""Asks treatment, then sends: templates, intents, and what was really sent."""

from portal.outreach.actions import add_template, intend, intend_from_rules, mark_seen
from portal.outreach.models import CLASSES, Dispatch, Intent, MessageTemplate
from portal.outreach.owed import tell_answers, tell_outcomes
from portal.outreach.queries import (
    ContactTrial,
    dispatch_of,
    dispatches_of,
    intents_by_key,
    template,
    templates,
    try_contact_rule,
)
from portal.outreach.rules import filled
from portal.outreach.sending import send_due

__all__ = [
    "CLASSES", "ContactTrial", "Dispatch", "Intent", "MessageTemplate", "add_template", "dispatch_of",
    "dispatches_of", "filled", "intend", "intend_from_rules", "intents_by_key", "mark_seen", "send_due",
    "tell_answers", "tell_outcomes", "template", "templates", "try_contact_rule",
]  # fmt: skip
