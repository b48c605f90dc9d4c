"""Ideas and their words: proposed once, changed in versions, said below, deleted by whoever said it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal import ideas
from portal.accounts.models import Account, Customer
from portal.errors import Conflict, Invalid, NotFound
from portal.ideas.models import Idea


def test_an_idea_sent_twice_is_one_idea(writing: Session, ada: Customer, ben: Customer, now: datetime) -> None:
    words = {"title": "A title", "text": "Some words about it.", "board": "Cards", "now": now, "submission_key": "K-1"}
    first = ideas.propose(writing, ada, **words)
    assert ideas.propose(writing, ada, **words).ref == first.ref
    assert ideas.propose(writing, ben, **words).ref != first.ref, "a key is one customer's own"
    assert ideas.ideas_page(writing).total == 2


def test_a_board_must_exist(writing: Session, ada: Customer, now: datetime) -> None:
    with pytest.raises(Invalid, match="no such board"):
        ideas.propose(writing, ada, title="A title", text="Some words.", board="Attic", now=now)


def test_without_any_board_there_is_a_general_one(session: Session) -> None:
    assert ideas.boards(session) == ["General"]


def test_new_words_are_a_new_version_and_the_old_ones_stay(
    writing: Session, idea: Idea, ada: Customer, now: datetime
) -> None:
    old = idea.text
    later = now + timedelta(days=1)
    ideas.revise(writing, idea, ada, title="A range is enough", text="Between 0 and 4.", version=1, now=later)
    assert [(row.version, row.text) for row in ideas.versions_of(writing, idea)] == [(2, "Between 0 and 4."), (1, old)]
    assert ideas.ideas_page(writing, q="range").total == 1
    assert ideas.ideas_page(writing, q="button").total == 0, "the search knows the present words only"


def test_saving_the_same_words_makes_no_version(writing: Session, idea: Idea, ada: Customer, now: datetime) -> None:
    ideas.revise(writing, idea, ada, title=idea.title, text=idea.text, version=1, now=now)
    assert idea.version == 1


def test_two_windows_cannot_overwrite_each_other(writing: Session, idea: Idea, ada: Customer, now: datetime) -> None:
    ideas.revise(writing, idea, ada, title=idea.title, text="From the first window.", version=1, now=now)
    with pytest.raises(Conflict):
        ideas.revise(writing, idea, ada, title=idea.title, text="From the second window.", version=1, now=now)


def test_nobody_changes_or_unnames_anothers_idea(writing: Session, idea: Idea, ben: Customer, now: datetime) -> None:
    with pytest.raises(NotFound):
        ideas.revise(writing, idea, ben, title="Mine now", text="Mine now.", version=1, now=now)
    with pytest.raises(NotFound):
        ideas.drop_name(writing, idea, ben)


def test_the_name_goes_and_the_idea_stays(writing: Session, ada: Customer, now: datetime) -> None:
    idea = ideas.propose(writing, ada, title="A title", text="Words.", board="Cards", now=now, show_name=True)
    assert ideas.seen_idea(writing, idea.ref).author == "Ada"
    ideas.drop_name(writing, idea, ada)
    assert ideas.seen_idea(writing, idea.ref).author == ""
    assert ideas.idea_by_ref(writing, idea.ref).title == "A title"


def test_a_comment_sent_twice_is_one_comment(writing: Session, idea: Idea, ben: Customer, now: datetime) -> None:
    first = ideas.comment(writing, idea, text="Yes please.", customer=ben, now=now, submission_key="K")
    again = ideas.comment(writing, idea, text="Yes please.", customer=ben, now=now, submission_key="K")
    assert first.id == again.id
    assert idea.comments == 1
    assert first.author_name == "Ben"


def test_a_deleted_comment_leaves_no_words(
    writing: Session, idea: Idea, ada: Customer, ben: Customer, now: datetime
) -> None:
    before = idea.trend
    row = ideas.comment(writing, idea, text="I should not have said that.", customer=ben, now=now)
    with pytest.raises(NotFound):
        ideas.delete_comment(writing, row.id, ada, now=now)
    ideas.delete_comment(writing, row.id, ben, now=now)
    ideas.delete_comment(writing, row.id, ben, now=now)
    assert (idea.comments, idea.trend) == (0, before)
    assert (row.text, row.author_name) == ("", "")


def test_comments_come_in_pages_in_the_order_they_were_made(
    writing: Session, idea: Idea, ben: Customer, priya: Account, now: datetime
) -> None:
    for number in range(5):
        ideas.comment(writing, idea, text=f"Number {number}.", customer=ben, now=now, show_name=False)
    ideas.comment(writing, idea, text="We read these.", account=priya, now=now)
    first, after = ideas.comments_of(writing, idea, limit=4)
    rest, end = ideas.comments_of(writing, idea, after=after or 0, limit=4)
    assert [row.text for row in first + rest] == [f"Number {number}." for number in range(5)] + ["We read these."]
    assert end is None
    assert [row.author_name for row in rest] == ["", "Priya"]
