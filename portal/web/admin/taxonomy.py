"""The needs in force: list, earlier versions, download, and where a draft begins."""

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, needs
from portal.needs import Taxonomy
from portal.web import taxonomy_words
from portal.web.acting import current_actor, note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.pages import onward, page


@blueprint.get("/taxonomy")
def taxonomy() -> ResponseReturnValue:
    """The needs in force by family, what rests on each, the versions there are, and the draft."""
    now = needs.catch_up(db.session)
    return _version(now.taxonomy)


@blueprint.get("/taxonomy/<int(max=2147483647):number>")
def taxonomy_version(number: int) -> ResponseReturnValue:
    """One version, whether in force or earlier."""
    return _version(needs.taxonomy_version(db.session, number)[1])


@blueprint.get("/taxonomy/<int(max=2147483647):number>.toml")
def taxonomy_file(number: int) -> ResponseReturnValue:
    """A version as the file that can be loaded again."""
    return toml_file(needs.taxonomy_version(db.session, number)[1])


@blueprint.post("/taxonomy/draft")
def draft_start() -> ResponseReturnValue:
    """Begin a draft from the version in force, or from an earlier one."""
    form = submitted(needs.DraftFromSchema())
    number = form.values.get("number")
    draft = needs.start_draft(db.session, by=current_actor().name, now=clock.utc_now(), number=number)
    note("taxonomy.draft-begun", str(draft.number), based_on=draft.based_on)
    return onward("admin.draft", _("The draft is begun. Nothing is read with it before you publish."))


def toml_file(found: Taxonomy) -> Response:
    """The download of a version."""
    answer = Response(found.as_toml(), mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.key}-{found.version}.toml"'
    return answer


def _version(shown: Taxonomy) -> ResponseReturnValue:
    versions = needs.taxonomy_versions(db.session)
    return page(
        "admin/taxonomy/version.html",
        shown=shown,
        families=taxonomy_words.by_family(shown),
        in_force=needs.in_force().taxonomy.version,
        versions=versions,
        row=next((row for row in versions if row.number == shown.version), None),
        shipped=Taxonomy.shipped(),
        draft=needs.draft_of(db.session),
        uses=needs.uses_of_needs(db.session),
        words=taxonomy_words,
    )
