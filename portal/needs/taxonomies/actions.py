"""Everything that writes a version of the needs: begin a draft, edit it, discard it, publish it.

Nothing is deleted by taking a need out: tags and signals of old readings stand until history is read again.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nlp import Taxonomy, TaxonomyError
from portal.errors import Conflict, Invalid
from portal.needs.in_force import catch_up, look_soon
from portal.needs.taxonomies import rules
from portal.needs.taxonomies.models import TaxonomyVersion
from portal.needs.taxonomies.queries import taxonomy_version, the_draft

MEANWHILE = "Somebody changed the draft meanwhile."


def start_draft(session: Session, *, by: str, now: datetime, number: int | None = None) -> TaxonomyVersion:
    """Begin a draft, as a copy of a version.

    :param number: the version to begin from; the one in force when left out.
    :raises NotFound: when there is no such version.
    :raises Conflict: when there is a draft already.
    """
    base = catch_up(session, force=True).taxonomy if number is None else taxonomy_version(session, number)[1]
    newest = session.scalar(sa.select(sa.func.max(TaxonomyVersion.number))) or 0
    draft = TaxonomyVersion(
        number=max(newest, Taxonomy.shipped().version) + 1,
        state="draft",
        toml="",
        based_on=base.version,
        created_at=now,
        created_by=by,
        changed_at=now,
        changed_by=by,
    )
    _put(draft, base)
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        raise Conflict("There is a draft already. Go on with it, or discard it first.", code="draft-exists") from None
    return draft


def save_need(session: Session, key: str, section: Mapping[str, Any], *, seen: str, by: str, now: datetime) -> Taxonomy:
    """Write one need of the draft, or add it; gives the draft as it is then.

    :param section: every field of `rules.FIELDS`.
    :param seen: fingerprint of the need as the form showed it, `rules.NO_NEED` to add one.
    :raises Invalid: with `fields`, what is wrong by field.
    :raises Conflict: when this need is not what the form was opened with.
    """
    draft = _hold_still(session)
    taxonomy = Taxonomy.from_toml(draft.toml)
    if rules.fingerprint_of(taxonomy.needs.get(key)) != seen:
        raise Conflict(MEANWHILE, code="changed-meanwhile")
    try:
        changed = Taxonomy.from_dict(rules.with_need(taxonomy, key, section))
    except TaxonomyError as error:
        wrong = rules.problems_by_field(error.problems, key, section)
        raise Invalid("This need cannot be used as it is.", code="invalid-need", fields=wrong) from None
    _keep(session, draft, changed, by, now)
    return changed


def remove_need(session: Session, key: str, *, seen: str, by: str, now: datetime) -> None:
    """Take a need out of the draft.

    :raises Conflict: when it is not what the page showed, or the last one.
    """
    draft = _hold_still(session)
    taxonomy = Taxonomy.from_toml(draft.toml)
    if key not in taxonomy.needs or rules.fingerprint_of(taxonomy.needs[key]) != seen:
        raise Conflict(MEANWHILE, code="changed-meanwhile")
    if len(taxonomy.needs) == 1:
        raise Conflict("One need must stay.", code="last-need")
    left = {name: need for name, need in taxonomy.needs.items() if name != key}
    _keep(session, draft, dataclasses.replace(taxonomy, needs=left), by, now)


def load_draft(session: Session, text: str, *, revision: int, by: str, now: datetime) -> None:
    """Replace the whole draft by the text of a taxonomy file. Its version number is set by us.

    :raises Invalid: with everything that is wrong with the file, as `problems`.
    :raises Conflict: when the draft was saved since it was shown.
    """
    draft = _unchanged(session, revision)
    try:
        taxonomy = Taxonomy.from_toml(text)
    except TaxonomyError as error:
        raise Invalid("This file cannot be used.", code="invalid-taxonomy", problems=list(error.problems)) from None
    _keep(session, draft, taxonomy, by, now)


def discard_draft(session: Session, *, revision: int) -> None:
    """Throw the draft away.

    :raises Conflict: when it was saved since it was shown.
    """
    session.delete(_unchanged(session, revision))
    session.flush()


def publish_draft(session: Session, *, note: str, revision: int, by: str, now: datetime) -> TaxonomyVersion:
    """Put the draft in force; every process reads with it within seconds.

    :param note: what changes and why, for those who come after.
    :raises Conflict: when it was saved since it was shown, or says nothing new.
    """
    draft = _unchanged(session, revision)
    taxonomy = Taxonomy.from_toml(draft.toml)
    if not rules.difference(catch_up(session, force=True).taxonomy, taxonomy):
        raise Conflict("The draft says the same as the version in force.", code="nothing-new")
    draft.state = "published"
    draft.note = note
    draft.published_at = now
    draft.published_by = by
    session.flush()
    look_soon()
    return draft


def _hold_still(session: Session) -> TaxonomyVersion:
    """The draft, locked, so that two who save come one after another."""
    return the_draft(session, locked=True)


def _unchanged(session: Session, revision: int) -> TaxonomyVersion:
    draft = _hold_still(session)
    if draft.revision != revision:
        raise Conflict(MEANWHILE, code="changed-meanwhile")
    return draft


def _keep(session: Session, draft: TaxonomyVersion, taxonomy: Taxonomy, by: str, now: datetime) -> None:
    _put(draft, taxonomy)
    draft.revision += 1
    draft.changed_at = now
    draft.changed_by = by
    session.flush()


def _put(draft: TaxonomyVersion, taxonomy: Taxonomy) -> None:
    """Write the needs into the row, under the version number they will be read by."""
    numbered = dataclasses.replace(taxonomy, version=draft.number)
    draft.toml = numbered.as_toml()
    draft.names = {key: need.name for key, need in numbered.needs.items()}
