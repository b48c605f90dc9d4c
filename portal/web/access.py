"""Who may do what: one table. What is not in it is refused, at run time and by a test.

A blueprint is an audience; its line says who may use each method. `EXCEPTIONS` tightens or opens single endpoints.
Objects are reached only through queries that take the person, so that another's is "not found".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from portal.errors import NotAllowed
from portal.web.identity import Identity


@dataclass(frozen=True)
class Who:
    """Anyone, or those who hold one of these roles; `token` means a bearer token with the route's scope."""

    roles: frozenset[str] = frozenset()
    anyone: bool = False
    token: bool = False


def _who(*roles: str) -> Who:
    return Who(roles=frozenset(roles))


ANYONE = Who(anyone=True)
TOKEN = Who(token=True)
CUSTOMER = _who("customer")
TEAM = _who("product", "analyst", "admin")
PRODUCT = _who("product", "admin")
ANALYST = _who("analyst", "admin")
ADMIN = _who("admin")
SIGNED_IN = _who("customer", "product", "analyst", "admin")

POLICY: dict[str, dict[str, Who]] = {
    "open": {"GET": ANYONE, "POST": ANYONE},
    "customer": {"GET": CUSTOMER, "POST": CUSTOMER},
    "team": {"GET": TEAM, "POST": PRODUCT},
    "analyst": {"GET": ANALYST, "POST": ANALYST},
    "admin": {"GET": ADMIN, "POST": ADMIN},
    "api": {"GET": TOKEN, "POST": TOKEN},
    "static": {"GET": ANYONE},
}

EXCEPTIONS: dict[str, dict[str, Who]] = {
    "open.sign_out": {"POST": SIGNED_IN},
    "open.sign_out_everywhere": {"POST": SIGNED_IN},
    "open.idea_vote": {"POST": CUSTOMER},
    "open.idea_comment": {"POST": CUSTOMER},
    "open.idea_comment_delete": {"POST": CUSTOMER},
    "open.idea_drop_name": {"POST": CUSTOMER},
    "open.idea_consent": {"POST": CUSTOMER},
    "open.say_consent": {"POST": CUSTOMER},
    "open.idea_edit": {"GET": CUSTOMER, "POST": CUSTOMER},
    "open.idea_new": {"GET": ANYONE, "POST": CUSTOMER},
    "team.own_account": {"GET": TEAM},
    "team.own_account_kept": {"POST": TEAM},
    "api.openapi": {"GET": ANYONE},
    "api.guide": {"GET": ANYONE},
    "api.problems": {"GET": ANYONE},
}


def policy_for(endpoint: str | None, method: str) -> Who | None:
    """Who may call `endpoint` with `method`; None when nobody said."""
    if endpoint is None:
        return None
    methods = EXCEPTIONS[endpoint] if endpoint in EXCEPTIONS else POLICY.get(endpoint.split(".")[0], {})
    if method in (
        "HEAD",
        "OPTIONS",
    ):  # asking what one may do is as open as the page, or as the act where there is none
        return methods.get("GET") or next(iter(methods.values()), None)
    return methods.get(method)


def admits(who: Who, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles is among `who`."""
    return who.anyone or bool(who.roles.intersection(roles))


def guard() -> Response | BaseResponse | None:
    """Before each request: let in, ask to sign in, or refuse. A missing policy refuses."""
    if request.endpoint is None:
        return None  # no such page: the 404 says so
    who = policy_for(request.endpoint, request.method)
    if who is None:
        raise NotAllowed("This is not open to anybody.", code="no-policy")
    if who.anyone or who.token:  # tokens are checked by the API itself, with the scope each route names
        return None
    if not current_user.is_authenticated:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("open.sign_in", next=request.full_path.rstrip("?")))
        raise NotAllowed("Sign in first; what you typed is still in your browser.", code="sign-in-first")
    identity: Identity = current_user._get_current_object()
    if not admits(who, (identity.role,)):
        raise NotAllowed("Your sign-in does not open this page.", code="wrong-role")
    return None
