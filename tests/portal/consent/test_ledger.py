"""The ledger: appended and chained, with the state in the same transaction; absence is not consent."""

import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db
from portal.consent.models import ConsentEntry, ConsentState
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cast import Cast
from tests.people import JOINED, ask_for, says


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    ask_for(session, "needs", "marketing", "research", "reply")
    ask_for(session, "service", asks=False)
    session.commit()


def test_nobody_has_allowed_anything_before_they_say_so(session: Session, cast: Cast, now: datetime) -> None:
    assert not consent.allows(session, cast.ada.id, "marketing", now=now)
    assert consent.allows(session, cast.ada.id, "service", now=now)
    assert consent.head(session, cast.ada.id) == 0
    assert {cell.state for cell in consent.state_of(session, cast.ada.id, now)} == {"never"}


def test_a_yes_counts_at_once_and_names_the_words_it_rests_on(session: Session, cast: Cast, now: datetime) -> None:
    entry = says(session, cast.ada, "marketing", "granted", now)
    answer = consent.allows(session, cast.ada.id, "marketing", now=now)
    assert answer
    assert (answer.entry_id, answer.seq, answer.notice_version, answer.since) == (entry.global_seq, 1, 1, now)
    words = consent.current_notice(session, "marketing")
    assert (entry.notice_id, entry.notice_sha256) == (words.id, words.sha256)
    assert not consent.allows(session, cast.ben.id, "marketing", now=now)


def test_positions_are_gapless_per_customer_and_each_entry_names_the_one_before(
    session: Session, cast: Cast, now: datetime
) -> None:
    for person in (cast.ada, cast.ben, cast.ada, cast.ada):
        says(session, person, "needs", "granted", now)
        says(session, person, "needs", "withdrawn", now)
    entries = list(reversed(consent.history(session, cast.ada.id)))
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.prev_hash for entry in entries[1:]] == [entry.entry_hash for entry in entries[:-1]]
    assert consent.verify(session) == []


def test_a_stale_page_changes_nothing_and_is_told_what_changed(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "marketing", "granted", now, expected_seq=0)
    says(session, cast.ada, "marketing", "withdrawn", now, expected_seq=1)
    with pytest.raises(Conflict) as refusal:
        says(session, cast.ada, "marketing", "granted", now, expected_seq=1)
    assert refusal.value.code == "stale"
    assert refusal.value.detail["seq"] == 2
    assert [(change["action"], change["purpose"]) for change in refusal.value.detail["changes"]] == [
        ("withdrawn", "marketing")
    ]
    assert not consent.allows(session, cast.ada.id, "marketing", now=now)
    assert consent.head(session, cast.ada.id) == 2


def test_the_same_event_is_recorded_once(session: Session, cast: Cast, now: datetime) -> None:
    first = says(session, cast.ada, "needs", "granted", now, event_id="e-1")
    assert says(session, cast.ada, "needs", "granted", now, event_id="e-1").global_seq == first.global_seq
    assert consent.head(session, cast.ada.id) == 1
    with pytest.raises(Conflict):
        says(session, cast.ada, "needs", "withdrawn", now, event_id="e-1")


def test_switching_one_way_off_leaves_the_rest_and_switching_all_off_keeps_the_choice(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "marketing", "granted", now)
    says(session, cast.ada, "marketing", "withdrawn", now, channel="sms")

    def open_ways() -> list[str]:
        ways = ("email", "sms", "in_app")
        return [way for way in ways if consent.allows(session, cast.ada.id, "marketing", now=now, channel=way)]

    assert open_ways() == ["email", "in_app"]
    says(session, cast.ada, "*", "objected", now)
    assert open_ways() == []
    assert consent.allows(session, cast.ada.id, "service", now=now), "what the contract makes us say still comes"
    says(session, cast.ada, "*", "objection_lifted", now)
    assert open_ways() == ["email", "in_app"]


def test_a_yes_ends_after_the_months_its_purpose_says(session: Session, cast: Cast, now: datetime) -> None:
    consent.add_purpose(
        session,
        now=JOINED,
        key="partners",
        sentence="Share",
        lawful_basis="consent",
        data_used="address",
        recipients="partners",
        retention_days=365,
        honours_gpc=True,
        asks=True,
        expires_months=12,
    )
    says(session, cast.ada, "partners", "granted", now)
    last = datetime(2027, 11, 23, 10, 0, tzinfo=now.tzinfo)
    assert consent.allows(session, cast.ada.id, "partners", now=last - timedelta(seconds=1))
    assert consent.allows(session, cast.ada.id, "partners", now=last).reason == "expired"
    assert session.execute(consent.permitted("partners", last)).all() == []


def test_an_objection_is_not_undone_by_a_yes_from_elsewhere(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "needs", "objected", now)
    says(session, cast.ada, "needs", "granted", now, method="import", source_system="crm")
    assert consent.allows(session, cast.ada.id, "needs", now=now).reason == "objected"


def test_an_old_yes_that_comes_in_late_does_not_undo_a_no(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "marketing", "granted", now - timedelta(days=90))
    says(session, cast.ada, "marketing", "withdrawn", now - timedelta(days=10))
    says(session, cast.ada, "marketing", "granted", now, method="branch", occurred_at=now - timedelta(days=20))
    assert not consent.allows(session, cast.ada.id, "marketing", now=now)
    assert consent.verify(session, cast.ada.id) == []


def test_the_team_may_withdraw_freely_and_give_only_with_evidence(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        says(session, cast.ada, "marketing", "granted", now, actor_type="team", method="phone")
    says(session, cast.ada, "marketing", "granted", now, actor_type="team", method="phone", evidence="call 17, 2:10")
    says(session, cast.ada, "marketing", "withdrawn", now, actor_type="team", method="phone")
    assert consent.verify(session) == []


def test_how_well_a_yes_is_proved_is_kept_and_chained(session: Session, cast: Cast, now: datetime) -> None:
    row = says(session, cast.ben, "needs", "granted", now, grade="B", method="import", evidence="crm, 3 May")
    answer = consent.allows(session, cast.ben.id, "needs", now=now)
    assert (answer.allowed, answer.grade) == (True, "B")
    row.grade = "A"
    session.flush()
    assert {fault.kind for fault in consent.verify(session, cast.ben.id)} == {"edited", "state"}
    with pytest.raises(Invalid, match="grade"):
        says(session, cast.ben, "needs", "granted", now, grade="D")


def test_a_flag_of_another_system_is_kept_and_allows_nothing(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ben, "needs", "granted", now, grade="C", method="import")
    answer = consent.allows(session, cast.ben.id, "needs", now=now)
    assert (answer.allowed, answer.reason) == (False, "unproven")
    assert cast.ben.id not in session.scalars(sa.select(consent.permitted("needs", now).subquery().c.customer_id)).all()
    assert consent.verify(session) == []
    says(session, cast.ben, "needs", "granted", now)
    assert consent.allows(session, cast.ben.id, "needs", now=now).grade is None


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"purpose": "lottery"}, NotFound),
        ({"purpose": "marketing", "channel": "pigeon"}, Invalid),
        ({"purpose": "marketing", "topic": "crypto"}, Invalid),
        ({"purpose": "marketing", "notice_id": 999_999}, Invalid),
    ],
)
def test_a_cell_that_is_not_asked_about_cannot_be_given(
    session: Session, cast: Cast, now: datetime, values: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        consent.record(session, cast.ada, consent.NewEntry(action="granted", **values), now=now)  # type: ignore[arg-type]
    assert consent.head(session, cast.ada.id) == 0


def test_words_of_another_purpose_cannot_stand_behind_a_yes(session: Session, cast: Cast, now: datetime) -> None:
    others = consent.current_notice(session, "research")
    with pytest.raises(Invalid):
        says(session, cast.ada, "marketing", "granted", now, notice_id=others.id)


def test_a_pause_holds_what_we_begin_until_its_day_in_the_customers_zone(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "marketing", "granted", now)
    says(session, cast.ada, "reply", "granted", now)
    consent.set_preference(session, cast.ada, now=now, time_zone="Asia/Tokyo")
    consent.pause(session, cast.ada, until=date(2026, 12, 1), now=now)
    assert consent.preference_of(session, cast.ada.id).paused_until == date(2026, 12, 1)
    assert consent.allows(session, cast.ada.id, "marketing", now=now).reason == "paused"
    assert consent.allows(session, cast.ada.id, "reply", now=now)
    assert consent.allows(session, cast.ada.id, "needs", now=now).reason == "not-asked"
    midnight_in_tokyo = datetime(2026, 11, 30, 15, 0, tzinfo=now.tzinfo)
    assert not consent.allows(session, cast.ada.id, "marketing", now=midnight_in_tokyo - timedelta(seconds=1))
    assert consent.allows(session, cast.ada.id, "marketing", now=midnight_in_tokyo)
    consent.resume(session, cast.ada, now=now)
    assert consent.allows(session, cast.ada.id, "marketing", now=now)
    with pytest.raises(Invalid):
        consent.pause(session, cast.ada, until=now.date(), now=now)


def test_the_set_of_those_who_allow_is_the_same_as_asking_one_by_one(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now, earlier_words=True)
    says(session, cast.ben, "needs", "granted", now)
    says(session, cast.ben, "needs", "withdrawn", now)
    rows = {row.customer_id: row for row in session.execute(consent.permitted("needs", now))}
    assert set(rows) == {cast.ada.id}
    answer = consent.allows(session, cast.ada.id, "needs", now=now)
    ada = rows[cast.ada.id]
    assert (ada.entry_id, ada.seq, ada.earlier_words, ada.since) == (answer.entry_id, answer.seq, True, now)
    assert len(session.execute(consent.permitted("service", now)).all()) == 3
    assert session.execute(consent.permitted("lottery", now)).all() == []


def test_words_are_noted_as_shown_once_per_place(session: Session, cast: Cast, now: datetime) -> None:
    words = consent.current_notice(session, "needs")
    assert consent.serve(session, cast.ada.id, words, "me/consent", now)
    assert not consent.serve(session, cast.ada.id, words, "me/consent", now)
    assert consent.serve(session, cast.ada.id, words, "say", now)
    assert consent.head(session, cast.ada.id) == 0
    _words, shown = consent.notices_shown(session, cast.ada.id, now)
    assert shown == {words.id}


def test_receipts_have_codes_nobody_can_guess_and_are_found_however_they_are_typed(
    session: Session, cast: Cast, now: datetime
) -> None:
    codes = {
        consent.issue_receipt(session, kind="consent", subject="x", body={}, customer_id=cast.ada.id, now=now).code
        for _ in range(20)
    }
    assert len(codes) == 20
    code = min(codes)
    assert consent.receipt_by_code(session, f" {code.lower()} ").code == code
    with pytest.raises(NotFound):
        consent.receipt_by_code(session, code[:-1])


def test_what_was_not_chosen_among_preferences_stays(session: Session, cast: Cast, now: datetime) -> None:
    consent.set_preference(session, cast.ada, now=now, max_per_week=2, time_zone="Europe/Rome")
    consent.set_preference(session, cast.ada, now=now, max_per_week=1)
    chosen = consent.preference_of(session, cast.ada.id)
    assert (chosen.max_per_week, chosen.time_zone, cast.ada.time_zone) == (1, "Europe/Rome", "Europe/Rome")
    assert consent.preference_of(session, cast.ben.id).max_per_week is None
    with pytest.raises(Invalid):
        consent.set_preference(session, cast.ada, now=now, paused_until=date(2027, 1, 1))


def test_ten_acts_at_once_make_ten_positions(engine: Engine, cast: Cast, now: datetime) -> None:
    def act(number: int) -> None:
        with db.writing(engine) as session:
            says(session, cast.ada, "needs", "granted" if number % 2 else "withdrawn", now)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with db.reading(engine) as session:
        entries = consent.history(session, cast.ada.id)
        assert sorted(entry.seq for entry in entries) == list(range(1, 11))
        assert consent.verify(session) == []


def test_an_entry_and_its_state_come_or_go_together(engine: Engine, cast: Cast, now: datetime) -> None:
    def half() -> None:
        with db.writing(engine) as session:
            says(session, cast.ada, "needs", "granted", now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ConsentEntry)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(ConsentState)) == 0
