"""What every page shares: the navigation of each audience, and what templates may call."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from portal.db import random_ref
from portal.web import marks, plots
from portal.web.identity import current_settings


@dataclass(frozen=True)
class Link:
    """One entry of a navigation: the endpoint it opens and the endpoints that count as being there."""

    label: Any
    endpoint: str
    within: tuple[str, ...] = ()


CUSTOMER = (
    Link(_l("Your side"), "customer.home"),
    Link(_l("Conversations"), "customer.conversations", ("customer.conversation", "open.say")),
    Link(_l("Ideas"), "open.ideas", ("open.idea", "open.idea_new")),
    Link(_l("What you may use"), "customer.entitlements"),
    Link(_l("What you allow"), "customer.consent", ("customer.preferences", "customer.consent_history")),
    Link(_l("Why"), "customer.why"),
)
VISITOR = (
    Link(_l("Say something"), "open.say"),
    Link(_l("Ideas"), "open.ideas", ("open.idea", "open.idea_new")),
    Link(_l("Sign in"), "open.sign_in", ("open.sign_up", "open.reset")),
)
PRODUCT = (
    Link(_l("Inbox"), "team.inbox", ("team.conversation",)),
    Link(_l("Ideas"), "team.ideas", ("team.idea",)),
    Link(_l("Needs"), "team.needs"),
)
ANALYST = (
    Link(_l("Overview"), "analyst.home"),
    Link(_l("Signals"), "analyst.signals"),
    Link(_l("Segments"), "analyst.segments", ("analyst.segment", "analyst.segment_new", "analyst.segment_edit")),
    Link(_l("Rules"), "analyst.rules", ("analyst.rule", "analyst.rule_new", "analyst.what_if")),
    Link(_l("Decisions"), "analyst.decisions", ("analyst.decision",)),
)
ADMIN = (
    Link(_l("Overview"), "admin.home"),
    Link(_l("People"), "admin.people"),
    Link(_l("Purposes"), "admin.purposes", ("admin.purpose", "admin.notice")),
    Link(_l("Benefits"), "admin.benefits"),
    Link(_l("Tokens"), "admin.tokens"),
    Link(_l("Jobs"), "admin.jobs"),
    Link(_l("Outbox"), "admin.outbox"),
    Link(_l("Audit"), "admin.audit"),
)
AREAS = {
    "customer": CUSTOMER,
    "product": PRODUCT,
    "analyst": (*ANALYST, Link(_l("Inbox"), "team.inbox", ("team.conversation",)), Link(_l("Needs"), "team.needs")),
    "admin": (*PRODUCT, *ANALYST[1:], *ADMIN),
}


def prepare(app: Flask) -> None:
    """Let every template see the navigation, the company and the small makers of marked text and plots."""
    app.context_processor(_shared)
    app.jinja_env.globals.update(marked=marks.marked, plots=plots, asset=asset)


def asset(name: str) -> str:
    """Address of a static file that changes when the file does."""
    path = f"{current_app.static_folder}/{name}"
    with open(path, "rb") as file:
        size = len(file.read())
    return url_for("static", filename=name, v=size)


def _shared() -> dict[str, Any]:
    person = current_user if current_user and current_user.is_authenticated else None
    links = AREAS[person.role] if person else VISITOR
    return {
        "company": current_settings().company,
        "settings": current_settings(),
        "person": person,
        "navigation": [(link, _is_here(link)) for link in links if link.endpoint in current_app.view_functions],
        "submission_key": random_ref,
    }


def _is_here(link: Link) -> bool:
    return request.endpoint == link.endpoint or request.endpoint in link.within
