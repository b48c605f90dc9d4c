"""What every page shares: the navigation of each audience, and what templates may call."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.db import random_ref
from portal.web import marks, plots
from portal.web.access import admits, policy_for
from portal.web.identity import current_settings, viewer
from portal.web.language import offered_languages


@dataclass(frozen=True)
class Link:
    """One entry of a navigation: the endpoint it opens and the endpoints that count as being there."""

    label: Any
    endpoint: str
    within: tuple[str, ...] = ()


CUSTOMER = (
    Link(_l("Your side"), "customer.home"),
    Link(
        _l("Conversations"),
        "customer.conversations",
        ("customer.conversation", "customer.conversation_tag", "open.say"),
    ),
    Link(_l("Ideas"), "open.ideas", ("open.idea", "open.idea_new")),
    Link(_l("What you may use"), "customer.entitlements"),
    Link(_l("What you allow"), "customer.consent", ("customer.preferences", "customer.consent_history")),
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
    Link(_l("Needs"), "team.needs"),
    Link(_l("Review"), "team.review"),
)
ANALYST = (
    Link(_l("Overview"), "analyst.home"),
    Link(_l("Signals"), "analyst.signals"),
    Link(_l("Segments"), "analyst.segments", ("analyst.segment", "analyst.segment_new", "analyst.segment_edit")),
    Link(_l("Rules"), "analyst.rules", ("analyst.rule", "analyst.rule_new", "analyst.what_if")),
    Link(_l("Campaigns"), "analyst.campaigns", ("analyst.campaign", "analyst.campaign_new", "analyst.campaign_add")),
    Link(
        _l("Templates"),
        "analyst.templates",
        ("analyst.template", "analyst.template_new", "analyst.template_edit", "analyst.template_preview"),
    ),
    Link(_l("Decisions"), "analyst.decisions", ("analyst.decision",)),
    Link(_l("Trust"), "analyst.trust", ("analyst.trust_audit",)),
)
NEEDS = (
    "admin.taxonomy_version", "admin.draft", "admin.draft_need", "admin.draft_new_need", "admin.draft_add_need",
    "admin.draft_save_need", "admin.draft_load", "admin.draft_publish", "admin.draft_discard", "admin.trial",
    "admin.trial_read", "admin.trial_messages", "admin.rereads",
)  # fmt: skip
ADMIN = (
    Link(_l("Overview"), "admin.home"),
    Link(_l("People"), "admin.people"),
    Link(_l("Purposes"), "admin.purposes", ("admin.purpose", "admin.notice")),
    Link(_l("Needs"), "admin.taxonomy", NEEDS),
    Link(_l("Benefits"), "admin.benefits"),
    Link(_l("Requests"), "admin.requests", ("admin.request_page",)),
    Link(_l("Imports"), "admin.imports", ("admin.import_page", "admin.imports_upload")),
    Link(_l("Merges"), "admin.merges", ("admin.merge_page", "admin.merge_compare", "admin.merge_customers")),
    Link(_l("Tokens"), "admin.tokens"),
    Link(_l("Systems"), "admin.systems", ("admin.system",)),
    Link(_l("Reader"), "admin.reader"),
    Link(_l("Jobs"), "admin.jobs"),
    Link(_l("Outbox"), "admin.outbox"),
    Link(_l("Audit"), "admin.audit"),
)
ADMIN_AREA = Link(_l("Admin"), "admin.home", tuple(link.endpoint for link in ADMIN))
AREAS = {
    "customer": CUSTOMER,
    "product": PRODUCT,
    "analyst": (*PRODUCT, *ANALYST[1:]),
    "admin": (*PRODUCT, *ANALYST[1:], ADMIN_AREA),
}
RAILS = {"team": PRODUCT, "analyst": ANALYST, "admin": ADMIN}
SECRET = frozenset({"token", "code"})
"""Parts of an address that only its reader should know: no link of a page carries them on."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def prepare(app: Flask) -> None:
    """Let every template see the navigation, the company and the small makers of marked text and plots."""
    app.context_processor(_shared)
    app.jinja_env.globals.update(marked=marks.marked, plots=plots, asset=asset, csrf_field=csrf_field)


def csrf_field() -> Markup:
    """The hidden field every form that acts must carry; a list has one in each row, all alike."""
    if "csrf_field" not in g:
        g.csrf_field = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
    field: Markup = g.csrf_field
    return field


def asset(name: str) -> str:
    """Address of a static file that changes when the file does."""
    return url_for("static", filename=name, v=_fingerprint(f"{current_app.static_folder}/{name}"))


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def _shared() -> dict[str, Any]:
    person = viewer()
    language = str(get_locale() or "en").replace("_", "-")
    area = (request.endpoint or "").split(".")[0]
    return {
        "company": current_settings().company,
        "settings": current_settings(),
        "person": person,
        "locale": language,
        "tongues": " · ".join(name for code, name in offered_languages() if code != language),
        "path_here": request.path,
        "came_from": "/" if SECRET & set(request.view_args or ()) else request.path,
        "direction": "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
        "navigation": [(link, _is_here(link)) for link in _links(person.role if person else None)],
        "rail": [(link, _is_here(link)) for link in _links(person.role, area)] if person else [],
        "submission_key": random_ref,
    }


@cache
def _links(role: str | None, area: str | None = None) -> tuple[Link, ...]:
    """The links that this role may open, in the navigation or in the rail of an area; None is a visitor."""
    if role is None:
        return VISITOR
    links = AREAS[role] if area is None else RAILS.get(area, ())
    allowed = ((link, policy_for(link.endpoint, "GET")) for link in links)
    return tuple(link for link, who in allowed if who is not None and admits(who, (role,)))


def _is_here(link: Link) -> bool:
    return request.endpoint == link.endpoint or request.endpoint in link.within
