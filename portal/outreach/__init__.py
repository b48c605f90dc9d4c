"""Asks treatment, then sends: templates, intents, and what was really sent."""

from portal.outreach.actions import intend, intend_from_rules, mark_seen
from portal.outreach.letters import Letter, as_mail, letter_for
from portal.outreach.lint import Finding, findings
from portal.outreach.models import CLASSES, Dispatch, Intent, MessageTemplate
from portal.outreach.owed import tell_answers, tell_outcomes
from portal.outreach.queries import (
    ContactTrial,
    dispatch_of,
    dispatches_of,
    intents_by_key,
    template,
    template_version,
    template_versions,
    templates,
    try_contact_rule,
    would_send,
    written_templates,
)
from portal.outreach.rules import STOPPABLE, filled
from portal.outreach.schemas import TRANSLATED, BecauseSchema, ConfirmSchema, TemplateSchema, TemplateWordsSchema
from portal.outreach.sending import send_due
from portal.outreach.templating import (
    add_template,
    confirm_template,
    draft_template,
    turn_down_template,
    warnings_of,
)

__all__ = [
    "CLASSES", "STOPPABLE", "TRANSLATED", "BecauseSchema", "ConfirmSchema", "ContactTrial", "Dispatch", "Finding",
    "Intent", "Letter", "MessageTemplate", "TemplateSchema", "TemplateWordsSchema", "add_template", "as_mail",
    "confirm_template", "dispatch_of", "dispatches_of", "draft_template", "filled", "findings", "intend",
    "intend_from_rules", "intents_by_key", "letter_for", "mark_seen", "send_due", "tell_answers", "tell_outcomes",
    "template", "template_version", "template_versions", "templates", "try_contact_rule", "turn_down_template",
    "warnings_of", "would_send", "written_templates",
]  # fmt: skip
