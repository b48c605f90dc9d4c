"""A campaign asks for the members of a segment and the rules decide; it is approved by a second person, and braked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, outreach, segments
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.errors import Conflict, Invalid, NotAllowed
from portal.mail.models import OutboxMessage
from portal.outreach import Campaign, Intent, is_control
from portal.segments.models import Membership, Segment
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people
from tests.cast import Cast

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SETTINGS = Settings()
PEOPLE = 30


def actor(account: Any) -> Actor:
    return Actor("team", account.id, account.name)


@pytest.fixture
def house(engine: Engine, session: Session, cast: Cast) -> Cast:
    """Thirty savers who said yes to offers, in a live segment, and words that may be sent."""
    with db.writing(engine) as fresh:
        people.ask_for(fresh, "needs", "marketing")
        segments.define(
            fresh, key="savers", name="Savers", why="They save.", by="Omar", now=people.JOINED,
            tree={"feature": "language", "op": "==", "value": "en"},
        )  # fmt: skip
        segments.go_live(fresh, "savers", now=people.JOINED)
        outreach.add_template(
            fresh, key="rate", message_class="marketing", purpose="marketing", topic="savings", channel="email",
            subject="A rate for $name", text="Dear $name, 3 %.", by="Priya", now=people.JOINED,
        )  # fmt: skip
        for number in range(PEOPLE):
            join(fresh, f"P{number}")
    return cast


def join(session: Session, name: str) -> Customer:
    """A new customer who allows everything and is in the segment."""
    made = people.customer(session, name)
    for purpose in ("needs", "marketing"):
        people.says(session, made, purpose, "granted", people.JOINED)
    found = segments.segment(session, "savers")
    definition = segments.definition(session, found)
    membership = Membership(
        segment_id=found.id,
        definition_id=definition.id,
        customer_id=made.id,
        valid_from=people.JOINED,
        cause="fact",
        evidence={},
        changed_at=people.JOINED,
    )  # fmt: skip
    session.add(membership)
    session.flush()
    return made


def draft(session: Session, cast: Cast, **values: Any) -> Campaign:
    given = {
        "key": "autumn", "name": "Autumn rate", "segment_key": "savers", "template_key": "rate",
        "reason": "You save with us.", "starts_on": NOW.date(), "ends_on": NOW.date() + timedelta(days=9),
        "control_percent": 0, "priority": 0, "product_line": "savings", "cross_sell": False,
    }  # fmt: skip
    return outreach.draft_campaign(
        session, author=actor(cast.omar), zone="Europe/London", now=NOW, **{**given, **values}
    )


def move(engine: Engine, cast: Cast, act: str, at: datetime = NOW, because: str = "") -> None:
    with db.writing(engine) as session:
        outreach.move_campaign(session, "autumn", act, by=actor(cast.ines), now=at, because=because)


def started(engine: Engine, cast: Cast, **values: Any) -> None:
    with db.writing(engine) as session:
        draft(session, cast, **values)
        outreach.run_trial(session, "autumn", by=actor(cast.omar), now=NOW)
    move(engine, cast, "approve")
    move(engine, cast, "start")


def run(engine: Engine, at: datetime = NOW) -> int:
    made, _failed = outreach.run_campaigns(engine, settings=SETTINGS, clock=lambda: at, worker="w")
    return made


def send(engine: Engine, at: datetime = NOW) -> int:
    return outreach.send_due(engine, settings=SETTINGS, clock=lambda: at, worker="w")[0]


def state(engine: Engine) -> str:
    with db.reading(engine) as session:
        return outreach.campaign(session, "autumn").state


def figures(engine: Engine) -> outreach.Figures:
    with db.reading(engine) as session:
        return outreach.figures(session, outreach.campaign(session, "autumn"))


def leave(engine: Engine, names: list[str], at: datetime) -> None:
    with db.writing(engine) as session:
        for name in names:
            gone = session.scalars(sa.select(Customer).where(Customer.name == name)).one()
            people.says(session, gone, "marketing", "withdrawn", at)


def test_a_campaign_is_tried_and_approved_by_somebody_else_before_it_starts(engine: Engine, house: Cast) -> None:
    with db.writing(engine) as session:
        draft(session, house)
        with pytest.raises(Conflict):
            outreach.move_campaign(session, "autumn", "start", by=actor(house.ines), now=NOW)
        with pytest.raises(Invalid, match="Try it first"):
            outreach.move_campaign(session, "autumn", "approve", by=actor(house.ines), now=NOW)
        outreach.run_trial(session, "autumn", by=actor(house.omar), now=NOW)
        with pytest.raises(NotAllowed, match="somebody else"):
            outreach.move_campaign(session, "autumn", "approve", by=actor(house.omar), now=NOW)
    assert (run(engine), state(engine)) == (0, "draft")


def test_trying_writes_nothing_about_anybody_and_says_what_would_become_of_each(engine: Engine, house: Cast) -> None:
    leave(engine, ["P1", "P2"], people.JOINED + timedelta(days=1))
    with db.writing(engine) as session:
        draft(session, house, control_percent=0)
        trial = outreach.run_trial(session, "autumn", by=actor(house.omar), now=NOW).trial
        assert trial["members"] == PEOPLE
        assert trial["rules"]["deny"] == {"consent": 2}
        assert ["deny", "consent", "denied", 2] in trial["reasons"]
        assert trial["allow"] + trial["hold"] + trial["deny"] == PEOPLE
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Intent)) == 0


def test_every_member_is_asked_for_once_also_those_who_join_while_it_runs(engine: Engine, house: Cast) -> None:
    started(engine, house)
    assert (run(engine), run(engine)) == (PEOPLE, 0)
    with db.writing(engine) as session:
        join(session, "Newcomer")
    assert run(engine, NOW + timedelta(hours=1)) == 1
    assert send(engine, NOW + timedelta(hours=1)) == PEOPLE + 1
    seen = figures(engine)
    assert (seen.asked, seen.sent, seen.waiting) == (PEOPLE + 1, PEOPLE + 1, 0)


def test_a_trial_says_the_same_as_what_becomes_of_it(engine: Engine, house: Cast) -> None:
    leave(engine, ["P3"], people.JOINED + timedelta(days=1))
    started(engine, house, control_percent=30)
    run(engine)
    send(engine)
    seen = figures(engine)
    with db.reading(engine) as session:
        trial = outreach.campaign(session, "autumn").trial
    told = {**trial["rules"]["deny"]}
    assert trial["allow"] == seen.sent
    assert told.pop("control", 0) == seen.control > 0
    assert told == seen.denied


def test_the_control_group_is_denied_by_its_rule_and_recorded_as_such(engine: Engine, house: Cast) -> None:
    started(engine, house, control_percent=50)
    run(engine)
    send(engine)
    with db.reading(engine) as session:
        found = outreach.campaign(session, "autumn")
        denied = session.scalars(sa.select(Decision).where(Decision.decisive_rule == "control")).all()
        chosen = {one.customer_id for one in denied}
        members = session.scalars(sa.select(Membership.customer_id)).all()
        assert chosen == {one for one in members if is_control(found.salt, one, 50)}
        assert {item["code"] for item in denied[0].rules if item["rule"] == "control"} == {"control"}
    assert 0 < figures(engine).control < PEOPLE


def test_pausing_takes_back_what_waits_and_going_on_asks_again(engine: Engine, house: Cast) -> None:
    started(engine, house)
    run(engine)
    move(engine, house, "pause")
    assert (run(engine), send(engine)) == (0, 0)
    assert (figures(engine).taken_back, figures(engine).sent) == (PEOPLE, 0)
    move(engine, house, "resume")
    run(engine, NOW + timedelta(minutes=2))
    assert send(engine, NOW + timedelta(minutes=2)) == PEOPLE
    move(engine, house, "stop")
    assert (state(engine), figures(engine).sent) == ("finished", PEOPLE)


def test_who_leaves_the_segment_is_not_written_to_any_more(engine: Engine, house: Cast) -> None:
    started(engine, house)
    run(engine)
    with db.writing(engine) as session:
        gone = session.scalars(sa.select(Membership).order_by(Membership.id).limit(1)).one()
        gone.valid_to, gone.end_cause = NOW, "fact"
    run(engine, NOW + timedelta(minutes=2))
    assert send(engine, NOW + timedelta(minutes=2)) == PEOPLE - 1


def test_a_campaign_ends_by_itself_and_what_waits_then_is_not_sent(engine: Engine, house: Cast) -> None:
    started(engine, house)
    run(engine)
    late = NOW + timedelta(days=10, hours=2)
    run(engine, late)
    assert (state(engine), send(engine, late), figures(engine).taken_back) == ("finished", 0, PEOPLE)


def test_a_campaign_because_of_which_people_leave_is_held_until_a_person_says_why_it_may_go_on(
    engine: Engine, house: Cast
) -> None:
    started(engine, house)
    run(engine)
    send(engine)
    leave(engine, ["P1", "P2", "P3", "P4"], NOW + timedelta(hours=1))
    with db.writing(engine) as session:
        join(session, "Newcomer")
    run(engine, NOW + timedelta(hours=2))
    assert state(engine) == "braked"
    with db.reading(engine) as session:
        told = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "campaign_braked")).all()
    assert {one.to_address for one in told} == {"omar@example.org", "ines@example.org"}
    assert "4 of 30 people" in told[0].text
    with pytest.raises(Invalid, match="why"):
        move(engine, house, "release", NOW + timedelta(hours=3))
    move(engine, house, "release", NOW + timedelta(hours=3), because="The words were wrong and are right now.")
    assert run(engine, NOW + timedelta(hours=3, minutes=2)) == 1
    assert send(engine, NOW + timedelta(hours=3, minutes=2)) == 1
    assert (state(engine), figures(engine).left) == ("running", 4)


def test_what_is_due_while_a_campaign_is_held_is_held_by_the_rule_about_leaving(engine: Engine, house: Cast) -> None:
    with db.writing(engine) as session:
        held = join(session, "Sleeper")
        held.time_zone = "Pacific/Auckland"  # it is night there, so this one waits
    started(engine, house)
    run(engine)
    send(engine)
    leave(engine, ["P1", "P2", "P3", "P4"], NOW + timedelta(hours=1))
    run(engine, NOW + timedelta(hours=2))
    morning = NOW + timedelta(hours=14)
    send(engine, morning)
    with db.reading(engine) as session:
        newest = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert newest is not None
    assert (newest.customer_id, newest.outcome, newest.decisive_rule) == (held.id, "hold", "leaving")
    assert figures(engine).held == {"leaving": 1}


def test_a_key_names_one_campaign_and_no_rule(engine: Engine, house: Cast) -> None:
    with db.writing(engine) as session:
        draft(session, house)
        with pytest.raises(Conflict):
            draft(session, house)
        with pytest.raises(Invalid):
            draft(session, house, key="other", ends_on=NOW.date() - timedelta(days=1))
        assert session.scalar(sa.select(sa.func.count()).select_from(Segment)) == 1


def test_who_is_kept_to_compare_is_counted_as_that_whatever_else_speaks_against_it(engine: Engine, house: Cast) -> None:
    started(engine, house, control_percent=50)
    leave(engine, [f"P{number}" for number in range(20)], people.JOINED + timedelta(days=1))
    run(engine)
    send(engine)
    seen = figures(engine)
    with db.reading(engine) as session:
        found = outreach.campaign(session, "autumn")
        members = session.scalars(sa.select(Intent.customer_id)).all()
        chosen = sum(is_control(found.salt, one, 50) for one in members)
    assert (seen.control, seen.asked) == (chosen, PEOPLE)
    assert seen.sent + seen.control + sum(seen.denied.values()) + sum(seen.held.values()) == PEOPLE


def test_being_put_in_a_group_sends_nothing_by_itself(engine: Engine, house: Cast) -> None:
    terms: dict[str, Any] = {"clock": lambda: NOW, "worker": "w"}
    assert outreach.intend_from_rules(engine, **terms) == (0, 0)
    outreach.run_campaigns(engine, settings=SETTINGS, **terms)
    assert outreach.send_due(engine, settings=SETTINGS, **terms) == (0, 0)
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Membership)) >= PEOPLE
        for table in (Intent, Decision, OutboxMessage):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
