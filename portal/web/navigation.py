"""Who is shown which way through the portal: the navigation of each audience and the rail of each area."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.web.access import admits, policy_for


@dataclass(frozen=True)
class Link:
    """One entry of a navigation: the endpoint it opens and the endpoints that count as being there."""

    label: Any
    endpoint: str
    within: tuple[str, ...] = ()

    @property
    def everywhere(self) -> tuple[str, ...]:
        """All endpoints that count as being here."""
        return (self.endpoint, *self.within)


@dataclass(frozen=True)
class Group:
    """Links of a rail that belong together, under a caption; the first group has none."""

    caption: Any
    links: tuple[Link, ...]


CUSTOMER = (
    Link(_l("Your side"), "customer.home"),
    Link(
        _l("Conversations"),
        "customer.conversations",
        ("customer.conversation", "customer.conversation_tag", "open.say"),
    ),
    Link(_l("Ideas"), "open.ideas", ("open.idea", "open.idea_new")),
    Link(_l("What you may use"), "customer.entitlements"),
    Link(
        _l("What you allow"),
        "customer.consent",
        ("customer.preferences", "customer.consent_history", "customer.receipts"),
    ),
    Link(_l("Why"), "customer.why", ("customer.trust",)),
)
VISITOR = (
    Link(_l("Say something"), "open.say"),
    Link(_l("Ideas"), "open.ideas", ("open.idea", "open.idea_new")),
    Link(_l("Sign in"), "open.sign_in", ("open.sign_up", "open.reset")),
)
PRODUCT = (
    Link(_l("Inbox"), "team.inbox", ("team.conversation", "team.tag_review")),
    Link(_l("Ideas"), "team.ideas", ("team.idea",)),
    Link(_l("Promises"), "team.promises"),
    Link(_l("Needs"), "team.needs"),
    Link(_l("Review"), "team.review"),
)
UNDERSTANDING = (
    Group(None, (Link(_l("Overview"), "analyst.home"),)),
    Group(_l("Needs"), (Link(_l("Signals"), "analyst.signals"),)),
    Group(
        _l("Groups"),
        (
            Link(
                _l("Segments"),
                "analyst.segments",
                ("analyst.segment", "analyst.segment_new", "analyst.segment_edit", "analyst.segment_members"),
            ),
        ),
    ),
)
TREATMENT = Group(
    _l("Treatment"),
    (
        Link(_l("Rules"), "analyst.rules", ("analyst.rule", "analyst.rule_new", "analyst.policy")),
        Link(_l("What if?"), "analyst.what_if"),
        Link(
            _l("Campaigns"),
            "analyst.campaigns",
            ("analyst.campaign", "analyst.campaign_new", "analyst.campaign_add", "analyst.campaign_edit"),
        ),
        Link(
            _l("Templates"),
            "analyst.templates",
            ("analyst.template", "analyst.template_new", "analyst.template_edit", "analyst.template_preview"),
        ),
        Link(_l("Decisions"), "analyst.decisions", ("analyst.decision",)),
        Link(_l("Trust"), "analyst.trust", ("analyst.trust_audit",)),
    ),
)
ANALYST = (*UNDERSTANDING, TREATMENT)
TAXONOMY = (
    "admin.taxonomy_version", "admin.draft", "admin.draft_need", "admin.draft_new_need", "admin.draft_add_need",
    "admin.draft_save_need", "admin.draft_load", "admin.draft_publish", "admin.draft_discard", "admin.trial",
    "admin.trial_read", "admin.trial_messages", "admin.rereads",
)  # fmt: skip
ADMIN = (
    Group(None, (Link(_l("Overview"), "admin.home"),)),
    Group(
        _l("What customers allow"),
        (
            Link(_l("Purposes"), "admin.purposes", ("admin.purpose", "admin.notice")),
            Link(_l("Imports"), "admin.imports", ("admin.import_page", "admin.imports_upload")),
            Link(_l("Systems"), "admin.systems", ("admin.system",)),
        ),
    ),
    Group(
        _l("Customers"),
        (
            Link(_l("Requests"), "admin.requests", ("admin.request_page",)),
            Link(_l("Merges"), "admin.merges", ("admin.merge_page", "admin.merge_compare", "admin.merge_customers")),
            Link(_l("Do-not-call"), "admin.registers", ("admin.register", "admin.register_upload")),
            Link(_l("Benefits"), "admin.benefits"),
        ),
    ),
    Group(
        _l("Reading"),
        (Link(_l("Needs"), "admin.taxonomy", TAXONOMY), Link(_l("Reader"), "admin.reader")),
    ),
    Group(
        _l("Operation"),
        (
            Link(_l("People"), "admin.people"),
            Link(_l("Tokens"), "admin.tokens"),
            Link(_l("Jobs"), "admin.jobs"),
            Link(_l("Outbox"), "admin.outbox", ("admin.outbox_mail", "admin.gateways", "admin.gateway_message")),
            Link(_l("Audit"), "admin.audit"),
        ),
    ),
)


def _all_of(groups: tuple[Group, ...]) -> tuple[str, ...]:
    return tuple(endpoint for group in groups for link in group.links for endpoint in link.everywhere)


SEGMENTS = Link(_l("Segments"), "analyst.segments", _all_of(UNDERSTANDING))
DECISIONS = Link(_l("Decisions"), "analyst.decisions", _all_of((TREATMENT,)))
ADMIN_AREA = Link(_l("Admin"), "admin.home", _all_of(ADMIN))
NOBODY = "nobody"
"""The role of whoever opens a page that leads nowhere else: who they are is not known and not asked."""
AREAS = {
    NOBODY: (),
    "customer": CUSTOMER,
    "product": PRODUCT,
    "analyst": (*PRODUCT, SEGMENTS, DECISIONS),
    "admin": (*PRODUCT, SEGMENTS, DECISIONS, ADMIN_AREA),
}
RAILS = {"team": (Group(None, PRODUCT),), "analyst": ANALYST, "admin": ADMIN}


@cache
def navigation(role: str | None) -> tuple[Link, ...]:
    """The links on top of every page that this role may open; None is a visitor."""
    return VISITOR if role is None else _allowed(AREAS[role], role)


@cache
def rail(role: str, area: str) -> tuple[Group, ...]:
    """The links beside the pages of an area (`team`, `analyst`, `admin`), by group, that this role may open."""
    groups = (Group(group.caption, _allowed(group.links, role)) for group in RAILS.get(area, ()))
    return tuple(group for group in groups if group.links)


def _allowed(links: tuple[Link, ...], role: str) -> tuple[Link, ...]:
    policies = ((link, policy_for(link.endpoint, "GET")) for link in links)
    return tuple(link for link, who in policies if who is not None and admits(who, (role,)))
