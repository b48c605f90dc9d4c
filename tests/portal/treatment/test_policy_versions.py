"""Other settings of the contact rules are drafted, tried beside those in force, and approved by a second person."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import consent, db, treatment
from portal.accounts.models import Account
from portal.audit import Actor
from portal.errors import Conflict, NotAllowed
from portal.treatment.models import Decision
from tests import people
from tests.portal.treatment.test_decisions import NOW, ada_id, claim, offer

__all__ = ["ada_id"]

HOUR = timedelta(hours=1)
FEWER = {**treatment.DEFAULT_POLICY, "caps": {"marketing": [[1, 7]]}}
MORE = {
    **treatment.DEFAULT_POLICY,
    "caps": {},
    "caps_in_all": [],
    "caps_by_channel": {},
    "caps_by_topic": [],
    "balance_of": 0,
}


@pytest.fixture
def team(engine: Engine) -> tuple[Actor, Actor]:
    with db.writing(engine) as session:
        made = [
            Account(
                email=f"{name.lower()}@example.org",
                password_hash="x",
                name=name,
                role="analyst",
                created_at=people.JOINED,
            )
            for name in ("Omar", "Ines")
        ]
        session.add_all(made)
        session.flush()
        omar, ines = (Actor("team", one.id, one.name) for one in made)
    return omar, ines


def drafted(engine: Engine, author: Actor, settings: dict[str, object], *, shadow: bool = True) -> int:
    with db.writing(engine) as session:
        made = treatment.draft_policy(session, settings, author=author, note="Calmer", now=NOW)
        if shadow:
            treatment.try_policy(session, made.version, now=NOW)
        return made.version


def test_a_draft_decides_nothing_and_only_somebody_else_puts_it_in_force(
    engine: Engine, ada_id: int, team: tuple[Actor, Actor]
) -> None:
    omar, ines = team
    version = drafted(engine, omar, FEWER, shadow=False)
    with db.writing(engine) as session:
        assert treatment.policy_in_force(session).version == version - 1
        with pytest.raises(Conflict):
            treatment.approve_policy(session, version, by=ines, now=NOW)
        treatment.try_policy(session, version, now=NOW)
        for nobody_else in (omar, Actor("system", None, "portal")):
            with pytest.raises(NotAllowed):
                treatment.approve_policy(session, version, by=nobody_else, now=NOW)
        assert treatment.policy_in_force(session).version == version - 1
        done = treatment.approve_policy(session, version, by=ines, now=NOW + HOUR)
        assert (done.stage, done.approved_by, done.live_at) == ("live", "Ines", NOW + HOUR)
        assert treatment.policy_in_force(session).settings == FEWER
        assert [one.state for one in treatment.policies(session)] == ["live", "retired"]
        with pytest.raises(Conflict):
            treatment.put_away_policy(session, version)


def test_what_was_written_before_another_version_came_into_force_is_written_anew(
    engine: Engine, team: tuple[Actor, Actor]
) -> None:
    omar, ines = team
    first, second = drafted(engine, omar, FEWER), drafted(engine, omar, MORE)
    with db.writing(engine) as session:
        treatment.approve_policy(session, first, by=ines, now=NOW + HOUR)
        with pytest.raises(Conflict, match="Write it anew"):
            treatment.approve_policy(session, second, by=ines, now=NOW + HOUR)
        treatment.put_away_policy(session, second)
        assert treatment.policy_in_force(session).version == first


def test_in_the_shadow_each_claim_is_decided_beside_and_nothing_follows(
    engine: Engine, ada_id: int, team: tuple[Actor, Actor]
) -> None:
    first = claim(engine, offer(ada_id, "o1"))
    version = drafted(engine, team[0], FEWER)
    second = claim(engine, offer(ada_id, "o2"), NOW + HOUR)
    again = claim(engine, offer(ada_id, "o2"), NOW + 2 * HOUR)
    assert (first.outcome, second.outcome, again.attempt) == ("allow", "allow", 2)
    with db.writing(engine) as session:
        beside = session.scalars(sa.select(Decision).where(Decision.mode == "shadow").order_by(Decision.id)).all()
        assert [(one.intent_key, one.attempt, one.outcome, one.policy_version) for one in beside] == [
            ("o2", 1, "hold", version), ("o2", 2, "hold", version)
        ]  # fmt: skip
        assert [one.claim_until for one in beside] == [None, None]
        assert list(treatment.verify(session)) == []
        assert len(treatment.decisions_of(session, ada_id)) == 3
        assert treatment.shadowed(session, version) == (2, 2)
        treatment.put_away_policy(session, version)
    claim(engine, offer(ada_id, "o3"), NOW + 3 * HOUR)
    with db.reading(engine) as session:
        assert treatment.shadowed(session, version) == (2, 2)


def test_a_back_test_says_what_would_newly_go_out_or_stay_by_rule_and_writes_nothing(
    engine: Engine, ada_id: int
) -> None:
    for number in range(4):
        claim(engine, offer(ada_id, f"o{number}"), NOW + number * HOUR)
    with db.reading(engine) as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Decision))
        told = [one.outcome for one in reversed(treatment.decisions_of(session, ada_id))]
        assert told == ["allow", "allow", "hold", "hold"]
        same = treatment.back_test(session, treatment.DEFAULT_POLICY)
        assert (same.looked_at, same.unchanged, same.newly("allow", "deny", "hold", "expire")) == (4, 4, {})
        fewer = treatment.back_test(session, FEWER)
        assert {rule: len(rows) for rule, rows in fewer.newly("hold").items()} == {"frequency": 1}
        more = treatment.back_test(session, MORE)
        assert sum(map(len, more.newly("allow").values())) == 2
        assert (more.unchanged, more.newly("deny", "hold")) == (2, {})
        elsewhere = treatment.back_test(session, {**treatment.DEFAULT_POLICY, "zone_if_unknown": "Pacific/Auckland"})
        assert elsewhere.unchanged == 4
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == before


def test_a_back_test_leaves_out_who_was_erased(engine: Engine, ada_id: int) -> None:
    claim(engine, offer(ada_id))
    with db.writing(engine) as session:
        assert treatment.back_test(session, FEWER).looked_at == 1
        treatment.forget_decisions(session, ada_id)
        assert treatment.back_test(session, FEWER).looked_at == 0
        assert consent.head(session, ada_id) == 1
