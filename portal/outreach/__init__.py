"""Asks treatment, then sends: templates, campaigns, intents, and what was really sent."""

from portal.outreach.actions import intend, intend_from_rules, mark_seen
from portal.outreach.campaigning import run_campaigns
from portal.outreach.campaigns import MOVES, draft_campaign, move_campaign, redraft_campaign, run_trial
from portal.outreach.digests import next_digest, regroup, waiting_together
from portal.outreach.draining import Given, give_out, it_left
from portal.outreach.leaving import may_leave
from portal.outreach.letters import Letter, as_mail, letter_for
from portal.outreach.lint import Finding, findings
from portal.outreach.models import CAMPAIGN_STATES, CLASSES, Campaign, CampaignStep, Dispatch, Intent, MessageTemplate
from portal.outreach.naming import as_named, named
from portal.outreach.owed import tell_answers, tell_outcomes
from portal.outreach.proving import Progress, ask_code, progress_of, text_of
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
from portal.outreach.reckoning import (
    LEAVES_WITHIN,
    Figures,
    campaign,
    campaigns_page,
    count_pace,
    figures,
    steps_of,
    try_campaign,
)
from portal.outreach.rules import STOPPABLE, filled, is_control
from portal.outreach.schemas import (
    TRANSLATED,
    BecauseSchema,
    CampaignSchema,
    CampaignWordsSchema,
    ConfirmSchema,
    MoveSchema,
    TemplateSchema,
    TemplateWordsSchema,
)
from portal.outreach.sending import send_due
from portal.outreach.templating import (
    add_template,
    check_carried,
    check_sent_by_rule,
    confirm_template,
    draft_template,
    turn_down_template,
    warnings_of,
)

__all__ = [
    "CAMPAIGN_STATES", "CLASSES", "LEAVES_WITHIN", "MOVES", "STOPPABLE", "TRANSLATED",
    "BecauseSchema", "Campaign", "CampaignSchema", "CampaignStep", "CampaignWordsSchema", "ConfirmSchema",
    "ContactTrial", "Dispatch", "Figures", "Finding", "Given", "Intent", "Letter", "MessageTemplate", "MoveSchema",
    "Progress", "TemplateSchema", "TemplateWordsSchema", "add_template", "as_mail", "as_named", "ask_code", "campaign",
    "campaigns_page", "check_carried", "check_sent_by_rule", "confirm_template", "count_pace", "dispatch_of",
    "dispatches_of",
    "draft_campaign", "draft_template", "figures", "filled", "findings", "give_out", "intend", "intend_from_rules",
    "intents_by_key", "is_control", "it_left", "letter_for", "mark_seen", "may_leave", "move_campaign", "named",
    "next_digest", "progress_of", "redraft_campaign", "regroup", "run_campaigns", "run_trial", "send_due", "steps_of",
    "tell_answers", "tell_outcomes", "template", "template_version", "template_versions", "templates", "text_of",
    "try_campaign", "try_contact_rule", "turn_down_template", "waiting_together", "warnings_of", "would_send",
    "written_templates",
]  # fmt: skip
