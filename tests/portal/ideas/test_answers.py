"""Official answers: added, never overwritten; what changed because of customers; and what may be the same idea."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import audit, ideas
from portal.accounts.models import Account, Customer
from portal.ideas.models import Idea


def test_every_status_an_idea_had_stays_readable(writing: Session, idea: Idea, priya: Account, now: datetime) -> None:
    spring = now + timedelta(days=120)
    ideas.answer(writing, idea, status="planned", text="By March.", account=priya, now=now, planned_for=spring)
    assert (idea.status, idea.planned_for) == ("planned", spring)
    later = now + timedelta(days=60)
    ideas.answer(
        writing, idea, status="declined", text="It cost too much.", account=priya, now=later, planned_for=spring
    )
    assert (idea.status, idea.planned_for, idea.answered_at) == ("declined", None, later)
    history = [(row.status, row.text, row.by) for row in ideas.answers_of(writing, idea)]
    assert history == [("declined", "It cost too much.", "Priya"), ("planned", "By March.", "Priya")]


def test_an_answer_sent_twice_is_one_answer_and_one_entry_in_the_audit_log(
    writing: Session, idea: Idea, priya: Account, now: datetime
) -> None:
    for _ in range(2):
        ideas.answer(writing, idea, status="planned", text="Yes.", account=priya, now=now, submission_key="K")
    assert len(ideas.answers_of(writing, idea)) == 1
    assert [entry.act for entry in audit.page(writing, subject=idea.ref)] == ["idea.answered"]


def test_what_changed_lists_outcomes_newest_first_and_nothing_hidden(
    writing: Session, idea: Idea, ben: Customer, priya: Account, now: datetime
) -> None:
    other = ideas.propose(writing, ben, title="Dark mode", text="Dark everywhere.", board="Cards", now=now)
    for day, (about, status) in enumerate(
        [(idea, "considering"), (idea, "planned"), (other, "declined"), (idea, "started"), (idea, "shipped")]
    ):
        at = now + timedelta(days=day)
        ideas.answer(writing, about, status=status, text=status, account=priya, now=at)
    assert [row.answer.status for row in ideas.changed(writing)] == ["shipped", "declined", "planned"]
    first = ideas.changed(writing, limit=1)[0].answer
    rest = ideas.changed(writing, after=[first.at.isoformat(), first.id])
    assert [row.answer.status for row in rest] == ["declined", "planned"]
    assert [row.answer.status for row in ideas.changed(writing, kind="declined")] == ["declined"]
    ideas.hide(writing, other, reason="Asked to.", account=priya, now=now)
    assert [row.answer.status for row in ideas.changed(writing)] == ["shipped", "planned"]


def test_a_customer_sees_the_outcomes_of_what_they_proposed_and_backed(
    writing: Session, idea: Idea, ada: Customer, ben: Customer, priya: Account, now: datetime
) -> None:
    other = ideas.propose(writing, ben, title="Dark mode", text="Dark everywhere.", board="Cards", now=now)
    third = ideas.propose(writing, ben, title="Louder", text="Ring louder.", board="Cards", now=now)
    ideas.vote(writing, other, ada, "nice", now)
    for about in (idea, other, third):
        ideas.answer(writing, about, status="shipped", text="Done.", account=priya, now=now)
    assert [row.idea.ref for row in ideas.outcomes_of(writing, ada.id)] == [other.ref, idea.ref]


def test_the_front_page_shows_what_rises_and_is_not_settled(
    writing: Session, idea: Idea, ben: Customer, priya: Account, now: datetime
) -> None:
    other = ideas.propose(writing, ben, title="Dark mode", text="Dark everywhere.", board="Cards", now=now)
    ideas.vote(writing, other, ben, "nice", now)
    assert [row.idea.ref for row in ideas.popular(writing)] == [other.ref, idea.ref]
    ideas.answer(writing, other, status="declined", text="No.", account=priya, now=now)
    assert [row.idea.ref for row in ideas.popular(writing)] == [idea.ref]


def test_similar_ideas_come_with_the_words_they_share(
    writing: Session, idea: Idea, ada: Customer, ben: Customer, now: datetime
) -> None:
    ideas.propose(writing, ben, title="A quieter card terminal", text="It beeps.", board="Cards", now=now)
    ideas.vote(writing, idea, ben, "nice", now)
    found = ideas.similar(writing, "please show me the fee before I send money", viewer=ben)
    assert [alike.listed.idea.ref for alike in found] == [idea.ref]
    assert "fee" in found[0].words
    assert found[0].listed.my_strength == "nice"
    assert 0 < found[0].likeness <= 1


def test_similar_follows_new_words_and_hiding(
    writing: Session, idea: Idea, ada: Customer, priya: Account, now: datetime
) -> None:
    assert ideas.similar(writing, "show the fee before sending")
    later = now + timedelta(minutes=1)
    ideas.revise(writing, idea, ada, title="A louder bell", text="Ring when money comes.", version=1, now=later)
    assert not ideas.similar(writing, "show the fee before pressing")
    assert ideas.similar(writing, "a bell that rings louder")
    ideas.hide(writing, idea, reason="Asked to.", account=priya, now=later + timedelta(minutes=1))
    assert not ideas.similar(writing, "a bell that rings louder")


def test_not_a_duplicate_is_remembered_for_both(
    writing: Session, idea: Idea, ben: Customer, priya: Account, now: datetime
) -> None:
    twin = ideas.propose(
        writing, ben, title="Show the fee before sending", text="Put the fee above the button.", board="Cards", now=now
    )
    assert [alike.listed.idea.ref for alike in ideas.duplicates_of(writing, idea)] == [twin.ref]
    ideas.not_duplicate(writing, idea, twin, account=priya, now=now)
    ideas.not_duplicate(writing, twin, idea, account=priya, now=now)
    assert ideas.duplicates_of(writing, idea) == []
    assert ideas.duplicates_of(writing, twin) == []
