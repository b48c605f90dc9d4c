"""A yes covers what its own words named: publishing other words never lets anybody do more."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from sqlalchemy.orm import Session

from portal import consent, db, tables
from portal.errors import Conflict, Invalid
from tests.cast import Cast
from tests.people import ask_for, customer, says

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
DATA = ["messages", "payments", "places"]
DAY = timedelta(days=1)
TABLES = (
    "accounts customers audit_entries purposes cell_parts notices consent_entries consent_states preferences "
    "downstream_systems deliveries"
).split()


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    ask_for(session, "needs", "marketing")
    session.commit()


def publish(session: Session, now: datetime, change: str, data: str, recipients: str = "us", **words: str) -> None:
    draft = consent.draft_notice(
        session, purpose="needs", title="May we?", summary="May we?", text="May we?", change=change,
        data_used=data, recipients=recipients, now=now, **words,
    )  # fmt: skip
    consent.publish_notice(session, draft.id, now=now)


def allowed(session: Session, person: int, now: datetime, *uses: str) -> bool:
    return bool(consent.allows(session, person, "needs", uses=uses, now=now))


def test_wider_words_let_an_earlier_yes_stand_for_what_it_was_given_for(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now)
    publish(session, now + DAY, "widening", "messages; payments", "us; Partner Ltd")
    later = now + 2 * DAY
    assert allowed(session, cast.ada.id, later, "messages", "us")
    for wider in ("payments", "Partner Ltd"):
        answer = consent.allows(session, cast.ada.id, "needs", uses=["messages", wider], now=later)
        assert (answer.allowed, answer.reason) == (False, "out-of-scope")
    says(session, cast.ada, "needs", "reaffirmed", later)
    assert allowed(session, cast.ada.id, later, "messages", "payments", "Partner Ltd")


def test_a_yes_to_words_that_are_not_the_newest_covers_what_those_named(
    session: Session, cast: Cast, now: datetime
) -> None:
    old = consent.current_notice(session, "needs")
    publish(session, now, "widening", "messages; payments")
    says(session, cast.ada, "needs", "granted", now + DAY, notice_id=old.id)  # the page was open since before
    assert allowed(session, cast.ada.id, now + DAY, "messages")
    assert not allowed(session, cast.ada.id, now + DAY, "payments")


@pytest.mark.parametrize("change", ["editorial", "narrowing"])
def test_words_that_name_something_new_are_not_published_as_less(session: Session, now: datetime, change: str) -> None:
    with pytest.raises(Invalid, match="payments") as refused:
        publish(session, now, change, "messages; payments")
    assert refused.value.code == "widens"


def test_a_version_is_published_in_all_its_languages_at_once(session: Session, cast: Cast, now: datetime) -> None:
    first = consent.draft_notice(
        session, purpose="needs", title="May we?", summary="May we?", text="Now shorter", change="editorial", now=now
    )
    other = consent.draft_notice(
        session, purpose="needs", title="Possiamo?", summary="Possiamo?", text="Più breve", language="it",
        version=first.version, change="widening", now=now,
    )  # fmt: skip
    assert other.change == "editorial", "a translation changes what its original changes"
    seen = consent.version_sha256(consent.languages_of(session, "needs", first.version))
    consent.publish_notice(session, first.id, now=now, seen_sha256=seen)
    assert consent.current_notice(session, "needs", "it").id == other.id
    assert consent.current_notice(session, "needs", "zh_Hant").id == first.id
    cast.ada.language = "it"
    row = says(session, cast.ada, "needs", "granted", now, language="it")
    assert (row.notice_sha256, row.language) == (other.sha256, "it")
    with pytest.raises(Conflict, match="never change"):
        consent.draft_notice(
            session, purpose="needs", title="t", summary="s", text="t", language="fr", version=first.version, now=now
        )
    assert consent.verify(session) == []


def test_a_translation_edited_since_it_was_read_is_not_published(session: Session, now: datetime) -> None:
    first = consent.draft_notice(session, purpose="needs", title="t", summary="s", text="t", now=now)
    other = consent.draft_notice(
        session, purpose="needs", title="t", summary="s", text="t", language="it", version=first.version, now=now
    )
    seen = consent.version_sha256(consent.languages_of(session, "needs", first.version))
    consent.edit_notice(session, other.id, title="t", summary="s", text="anything")
    with pytest.raises(Conflict, match="changed since"):
        consent.publish_notice(session, first.id, now=now, seen_sha256=seen)


def test_how_many_of_those_who_saw_the_words_said_yes_is_known_by_version(
    session: Session, cast: Cast, now: datetime
) -> None:
    words = consent.current_notice(session, "needs")
    for person in (cast.ada, cast.ben, cast.cleo):
        consent.serve(session, person.id, words, "me/consent", now)
        consent.serve(session, person.id, words, "say", now)
    says(session, cast.ada, "needs", "granted", now, notice_id=words.id)
    says(session, cast.ben, "needs", "refused", now, notice_id=words.id)
    says(session, cast.ada, "needs", "withdrawn", now + DAY)
    [found] = consent.opt_in_by_version(session, "needs")
    assert (found.version, found.shown, found.yes) == (1, 3, 1)


changes = st.sampled_from(["editorial", "narrowing", "widening", "controller"])
acts = st.one_of(
    st.sampled_from(["granted", "withdrawn", "objected", "objection_lifted", "deferred", "refused"]),
    st.tuples(changes, st.sets(st.sampled_from(DATA), min_size=1)),
)


@given(st.lists(acts, min_size=2, max_size=8))
@settings(max_examples=25)
def test_publishing_never_lets_anybody_do_more(history: list[str | tuple[str, set[str]]]) -> None:
    engine = db.make_engine("sqlite://")
    tables.metadata.create_all(engine, [tables.metadata.tables[name] for name in TABLES])
    with Session(engine, expire_on_commit=False) as session:
        ask_for(session, "needs")
        ada, now = customer(session), BEGUN
        for act in history:
            now += DAY
            if isinstance(act, str):
                says(session, ada, "needs", act, now)
                continue
            before = {use for use in DATA if allowed(session, ada.id, now, use)}
            with suppress(Invalid):
                publish(session, now, act[0], "; ".join(sorted(act[1])))
            assert {use for use in DATA if allowed(session, ada.id, now, use)} <= before
            assert {use for use in DATA if allowed(session, ada.id, now + DAY, use)} <= before
    engine.dispose()
