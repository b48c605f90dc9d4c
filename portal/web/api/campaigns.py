"""Campaigns, as the pages for them have them: written by one person, tried, approved by another, moved and stopped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, fields, validate

from portal import outreach, segments
from portal.clock import utc_now
from portal.outreach import Campaign, CampaignSchema, CampaignWordsSchema
from portal.web.api.operations import operation
from portal.web.api.persons import note_by_token, person_behind
from portal.web.api.schemas import NothingSchema, Strict, line, said
from portal.web.database import db
from portal.web.identity import current_settings

ACTS = ("start", "pause", "resume", "release", "stop")
NUMBERS = {
    "asked": "people it asked for, kept to compare or not",
    "waiting": "not decided yet",
    "sent": "sent and not stopped: what the rules allowed",
    "stopped": "allowed, and stopped before they left, because something was said meanwhile",
    "seen": "read in the portal",
    "in_portal": "sent into the portal",
    "expired": "too late",
    "taken_back": "taken back by pausing or stopping it",
    "failed": "could not be decided",
    "control": "kept as those who get nothing, to compare",
    "left": "said no within a week after it",
    "bounced": "came back",
    "spam": "reported as spam",
}


class CampaignLineSchema(Schema):
    """One campaign in the list."""

    key = said("Its key.")
    name = said("Its name for people.")
    state = said("`draft`, `approved`, `running`, `paused`, `braked` or `finished`.")
    segment = said("Key of the segment it asks for.")
    starts_at = said("From when it asks.", fields.AwareDateTime, format="iso")
    ends_at = said("Until when.", fields.AwareDateTime, format="iso")
    asked = said("How many people it asked for.", fields.Integer)
    sent = said("How many of them got it.", fields.Integer)


class CampaignsSchema(Schema):
    """Every campaign, the newest first."""

    items = fields.List(fields.Nested(CampaignLineSchema), required=True)


FiguresSchema = Schema.from_dict(
    {
        **{name: said(f"{text[0].upper()}{text[1:]}.", fields.Integer) for name, text in NUMBERS.items()},
        "held": said("How many wait, by the rule that holds them.", fields.Dict),
        "denied": said("How many are not sent it, by the rule that decided.", fields.Dict),
    },
    name="CampaignFiguresSchema",
)
"""What became of the people it asked for."""


class StepSchema(Schema):
    """One thing that was done to it."""

    act = said("What: `draft`, `edit`, `try`, `approve`, `start`, ….")
    by = said("By whom.")
    at = said("When.", fields.AwareDateTime, format="iso")
    note = said("Why; empty where that is not asked.")


class CampaignOneSchema(Schema):
    """A campaign with what became of it."""

    key = said("Its key.")
    name = said("Its name for people.")
    state = said("`draft`, `approved`, `running`, `paused`, `braked` or `finished`.")
    segment_key = said("Key of the segment it asks for.")
    segment_name = said("Name of that segment.")
    template_key = said("Key of the message.")
    template_version = said("Version of the message.", fields.Integer)
    reason = said("Why people get it, in the words they read.")
    starts_on = said("First day.", fields.Date)
    ends_on = said("Last day.", fields.Date)
    control_percent = said("Share kept as those who get nothing.", fields.Integer)
    priority = said("More is sooner.", fields.Integer)
    product_line = said("What it is about; empty when that is not said.")
    cross_sell = said("Whether it offers something new to people who have it not.", fields.Boolean)
    created_by = said("Who wrote it first.")
    trial = said("What the last trial said; empty when it was not tried.", fields.Dict)
    figures = fields.Nested(FiguresSchema, required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)


class MoveSchema(Strict):
    """What is done to a campaign that was approved."""

    act = fields.String(
        required=True, validate=validate.OneOf(ACTS),
        metadata={"description": "`start`, `pause` (takes back what waits), `resume`, `release` (let go on after it "
                  "was held because people left; needs `because`), or `stop` (for good; also a draft)."},
    )  # fmt: skip
    because = line(300, "Why, where that is asked.", load_default="")


@operation("/campaigns", summary="Campaigns", asks=NothingSchema(), answers=CampaignsSchema())
def campaigns(_asked: dict[str, Any]) -> dict[str, Any]:
    """Every campaign with its state, how many people it asked for and how many got it."""
    rows = outreach.campaigns_page(db.session)
    return {"items": [_line(found) | {"asked": asked, "sent": sent} for found, _segment, asked, sent in rows]}


@operation("/campaigns/<campaign>", summary="One campaign", asks=NothingSchema(), answers=CampaignOneSchema())
def campaign(_asked: dict[str, Any], campaign: str) -> dict[str, Any]:
    """What it is and what became of it: asked, sent, held and denied by which rule, who left because of it."""
    return _whole(outreach.campaign(db.session, campaign))


@operation(
    "/campaigns", method="POST", status=201, writes=True, summary="Write a campaign", asks=CampaignSchema(),
    answers=CampaignOneSchema(),
)  # fmt: skip
def campaign_drafted(asked: dict[str, Any]) -> dict[str, Any]:
    """Keep a draft. Nobody gets anything before it was tried, approved by a second person, and started."""
    made = outreach.draft_campaign(db.session, author=person_behind(), zone=_zone(), now=utc_now(), **asked)
    note_by_token("campaign.drafted", made.key)
    return _whole(made)


@operation(
    "/campaigns/<campaign>/edit", method="POST", writes=True, summary="Change a draft", asks=CampaignWordsSchema(),
    answers=CampaignOneSchema(),
)  # fmt: skip
def campaign_edited(asked: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Change a draft, all of it but its key. It has to be tried again, and whoever changed it cannot approve it."""
    found = outreach.redraft_campaign(
        db.session, campaign, author=person_behind(), zone=_zone(), now=utc_now(), **asked
    )  # fmt: skip
    note_by_token("campaign.edited", campaign)
    return _whole(found)


@operation(
    "/campaigns/<campaign>/try", method="POST", writes=True, summary="Hand in a draft by trying it",
    asks=NothingSchema(), answers=CampaignOneSchema(),
)  # fmt: skip
def campaign_tried(_asked: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Ask the rules about its members now and keep the answer, which whoever approves it looks at. Nothing is sent."""
    return _moved("try", campaign, lambda by: outreach.run_trial(db.session, campaign, by=by, now=utc_now()))


@operation(
    "/campaigns/<campaign>/approve", method="POST", writes=True, summary="Approve a campaign", asks=NothingSchema(),
    answers=CampaignOneSchema(),
)  # fmt: skip
def campaign_approved(_asked: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Approve what another person wrote. With the token of anybody who wrote or changed it: 403 `second-person`."""
    return _moved(
        "approve", campaign, lambda by: outreach.move_campaign(db.session, campaign, "approve", by=by, now=utc_now())
    )


@operation(
    "/campaigns/<campaign>/moves", method="POST", writes=True, summary="Start, pause or stop a campaign",
    asks=MoveSchema(), answers=CampaignOneSchema(),
)  # fmt: skip
def campaign_moved(asked: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Pausing and stopping take back what waits, and what was put into an outbox is decided again before it leaves."""
    act, because = asked["act"], asked["because"]
    return _moved(
        act, campaign,
        lambda by: outreach.move_campaign(db.session, campaign, act, because=because, by=by, now=utc_now()),
    )  # fmt: skip


def _moved(act: str, key: str, move: Callable[[Any], Campaign]) -> dict[str, Any]:
    found = move(person_behind())
    note_by_token(f"campaign.{act}", key)
    return _whole(found)


def _line(found: Campaign) -> dict[str, Any]:
    names = ("key", "name", "state", "starts_at", "ends_at")
    return {**{name: getattr(found, name) for name in names}, "segment": found.segment_key}


def _whole(found: Campaign) -> dict[str, Any]:
    words = db.session.get_one(outreach.MessageTemplate, found.template_id)
    zone = ZoneInfo(_zone())
    names = (
        "key", "name", "state", "segment_key", "reason", "control_percent", "priority", "product_line", "cross_sell",
        "created_by", "trial",
    )  # fmt: skip
    return {
        **{name: getattr(found, name) for name in names},
        "segment_name": segments.names_of(db.session, [found.segment_key])[found.segment_key],
        "template_key": words.key,
        "template_version": words.version,
        "starts_on": found.starts_at.astimezone(zone).date(),
        "ends_on": (found.ends_at.astimezone(zone) - timedelta(days=1)).date(),
        "figures": outreach.figures(db.session, found),
        "steps": outreach.steps_of(db.session, found),
    }


def _zone() -> str:
    return current_settings().default_zone
