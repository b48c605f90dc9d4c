"""One version of the contact rules' settings: what it changes, tried in the shadow, and approved by somebody else."""

from collections.abc import Callable

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, treatment
from portal.errors import Conflict, NotAllowed
from portal.treatment import Policy
from portal.web import rule_words, wording
from portal.web.acting import current_actor, note
from portal.web.analyst.blueprint import blueprint
from portal.web.analyst.policy_form import said_with
from portal.web.database import db
from portal.web.forms import Submitted, empty
from portal.web.pages import onward, page

EXAMPLES = 5


@blueprint.get("/policies/<int(max=2147483647):version>", endpoint="policy")
def policy_page(version: int) -> ResponseReturnValue:
    """One version: what it says differently and, in the shadow, what it would have decided differently."""
    return _show(version, empty())


@blueprint.post("/policies/<int(max=2147483647):version>/shadow")
def policy_try(version: int) -> ResponseReturnValue:
    """Put a draft in the shadow; each later claim is also decided by it, for the record alone."""
    return _act(
        version,
        "policy.shadow",
        _("It is in the shadow. This is what it would change."),
        lambda: treatment.try_policy(db.session, version, now=clock.utc_now()),
    )


@blueprint.post("/policies/<int(max=2147483647):version>/approve")
def policy_approve(version: int) -> ResponseReturnValue:
    """Put a version in force that somebody else wrote."""
    return _act(
        version,
        "policy.approved",
        _("Version %(number)d decides from now on.", number=version),
        lambda: treatment.approve_policy(db.session, version, by=current_actor(), now=clock.utc_now()),
    )


@blueprint.post("/policies/<int(max=2147483647):version>/put-away")
def policy_put_away(version: int) -> ResponseReturnValue:
    """Give up a draft."""
    return _act(
        version,
        "policy.put_away",
        _("It is put away. It stays readable."),
        lambda: treatment.put_away_policy(db.session, version),
    )


def _act(version: int, name: str, said: str, act: Callable[[], Policy]) -> ResponseReturnValue:
    try:
        done = act()
    except (Conflict, NotAllowed) as error:
        return _show(version, empty().refuse("form", error.message))
    note(name, f"policy:{version}", sha256=done.sha256)
    return onward("analyst.policy", said, version=version)


def _show(version: int, form: Submitted) -> Response:
    found, in_force = treatment.policy_version(db.session, version), treatment.policy_in_force(db.session)
    tried = treatment.back_test(db.session, found.settings) if found.stage == "shadow" else None
    return page(
        "analyst/policies/policy.html",
        form=form,
        found=found,
        in_force=in_force,
        before=treatment.whole(in_force.settings),
        after=treatment.whole(found.settings),
        mine=found.author_id == current_actor().id,
        tried=tried,
        beside=treatment.shadowed(db.session, version) if tried else None,
        examples=EXAMPLES,
        stages=rule_words.STAGES,
        wording=wording,
        **said_with(),
    )
