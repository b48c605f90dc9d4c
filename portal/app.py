"""Makes the web application."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from flask import Response, request
from flask_wtf import CSRFProtect

from portal import needs
from portal.settings import Settings, from_environment, secret_of
from portal.web import (
    access,
    addresses,
    admin,
    analyst,
    api,
    customer,
    database,
    gpc,
    headers,
    identity,
    language,
    layout,
    limits,
    open,
    problems,
    spoken,
    team,
)

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
READ_NEEDS = frozenset({"open", "customer", "team", "analyst", "admin", "api"})
"""Whose pages read texts or speak of needs: they look now and then which version of the needs is in force."""
csrf = CSRFProtect()


class Portal(addresses.Addresses):
    """Flask, with the one commit of a request inside the reach of our error pages."""

    jinja_environment = spoken.SpokenEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks as they are: none of ours is asynchronous, and Flask would look at each one anew."""
        return func

    def dispatch_request(self) -> Any:
        """Run the view, then commit or roll back before the answer leaves."""
        gpc.heed()
        database.begin_request()
        refusal = access.guard()
        if refusal is None and request.blueprint in READ_NEEDS:
            needs.catch_up(database.db.session)
        response: Response = self.make_response(refusal if refusal is not None else super().dispatch_request())
        return database.end_request(response)


def create_app(settings: Settings | None = None) -> Portal:
    """The portal, ready to serve.

    :param settings: what to use instead of the environment.
    """
    settings = settings or from_environment()
    app = Portal("portal", template_folder=str(TEMPLATES), static_folder="web/static", static_url_path="/static")
    app.extensions["candour"] = settings
    app.config.update(_flask_settings(settings))
    app.url_map.strict_slashes = False  # /team and /team/ are one page
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    database.connect(app, settings)
    csrf.init_app(app)
    csrf.exempt(api.blueprint)
    csrf.exempt(open.stopping.stop_now)  # its address is signed and can only take away; a mail program has no form
    identity.prepare(app)
    language.prepare(app)
    layout.prepare(app)
    problems.prepare(app)
    limits.prepare(app, settings)
    app.after_request(headers.harden)
    for part in (open, customer, team, analyst, admin, api):
        app.register_blueprint(part.blueprint)
    return app


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret_of(settings),
        "SESSION_COOKIE_NAME": "candour",
        "SESSION_COOKIE_SECURE": settings.cookie_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.max_body_bytes,
        "TRUSTED_HOSTS": [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()] or None,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": settings.zone_languages[0].replace("-", "_"),
        "BABEL_DEFAULT_TIMEZONE": settings.default_zone,
        "PREFERRED_URL_SCHEME": "https" if settings.cookie_secure else "http",
    }
