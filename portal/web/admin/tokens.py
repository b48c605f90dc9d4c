"""API tokens: made here, shown once, ended here."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import accounts, clock
from portal.errors import Conflict
from portal.web.acting import current_actor
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.pages import onward, page

SCOPES = {
    "feedback:write": _l("send in feedback"),
    "contact-events:write": _l("tell about replies with STOP, bounces and spam reports"),
    "signals:read": _l("read consented signals"),
    "segments:read": _l("read segments and their members"),
    "decisions:preview": _l("ask whether a contact would be allowed"),
    "decisions:claim": _l("decide about a contact, for the record, before it is made"),
    "consents:read": _l("read what a customer allows"),
    "changes:read": _l("read the feed of changes of consent and acknowledge it"),
    "permissions:read": _l("ask about many people at once whether they may be contacted"),
    "consents:write": _l("write down what a customer said elsewhere, with its proof"),
    "decisions:read": _l("read the decisions about contacts"),
    "requests:read": _l("read what customers asked for by right"),
    "requests:write": _l("take down what a customer asks for by right"),
    "templates:read": _l("read the words of messages"),
    "entitlements:read": _l("read what a customer may use"),
    "marks:read": _l("read what the team recorded that holds contact back"),
    "marks:write": _l("record what holds contact back, and what joint holders say"),
    "call-registers:read": _l("read which do-not-call registers there are"),
    "call-registers:write": _l("bring in copies of do-not-call registers"),
    "merges:read": _l("read which customers were made one"),
    "merges:write": _l("make two customers one, and part them again"),
    "purposes:read": _l("read what the company asks for, and in which words"),
    "purposes:write": _l("add and retire what the company asks for, and draft words for it"),
    "purposes:publish": _l("publish words for what the company asks for, and take scheduled ones back"),
    "indicators:read": _l("read what is measured about the company"),
    "imports:read": _l("read files of consents and what they change"),
    "imports:write": _l("bring in files of consents, apply and undo them"),
    "contact-points:write": _l("say where a customer is reached"),
    "outbox:drain": _l("take what waits for a gateway, and tell what became of it"),
    "campaigns:read": _l("read campaigns and what became of them"),
    "campaigns:write": _l("write, try, start, pause and stop campaigns, in your name"),
    "campaigns:approve": _l("approve campaigns that somebody else wrote, in your name"),
    "rules:read": _l("read what follows from segments"),
    "rules:write": _l("write, change and retire what follows from segments, in your name"),
    "rules:approve": _l("approve rules that write to people and that somebody else wrote, in your name"),
    "policies:read": _l("read the settings of the contact rules"),
    "policies:write": _l("write and try settings of the contact rules, in your name"),
    "policies:approve": _l("approve settings that somebody else wrote, in your name"),
    "archives:read": _l("fetch everything kept about a customer who asked for it"),
    "complaints:write": _l("say which product a complaint is about"),
    "promises:read": _l("read what was promised to customers, and what became of it"),
    "promises:write": _l("apologise to customers for a promise that was not kept"),
    "me:read": _l("read about the token itself"),
}


@blueprint.get("/tokens")
def tokens() -> ResponseReturnValue:
    """Every token, and a form for a new one."""
    return _show(empty())


@blueprint.post("/tokens")
def add_token() -> ResponseReturnValue:
    """Make a token and show it, this once; the same form again makes none."""
    form = submitted(accounts.TokenSchema())
    if not form.good:
        return _show(form)
    who = current_actor()
    try:
        _token, plain = accounts.add_token(
            db.session, **form.values, created_by=who.name, account_id=who.id, by=who, now=clock.utc_now()
        )
    except Conflict:
        return _show(empty(), made=form.values["name"])
    return _show(empty(), plain=plain)


@blueprint.post("/tokens/<int(max=2147483647):token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token; the next request with it is refused."""
    accounts.revoke_token(db.session, token_id, by=current_actor(), now=clock.utc_now())
    return onward("admin.tokens", _("Ended. The next request with it is refused."))


def _show(form: Submitted, plain: str | None = None, made: str | None = None) -> ResponseReturnValue:
    return page(
        "admin/tokens/tokens.html",
        form=form,
        tokens=accounts.tokens(db.session),
        scopes=list(SCOPES.items()),
        plain=plain,
        made=made,
    )
