"""Lists: sorted, filtered, searched and cut into pages without losing or repeating anything."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import ideas
from portal.accounts.models import Account, Customer
from portal.errors import Invalid, NotFound
from portal.ideas.models import Idea
from portal.ideas.search import matching

from .conftest import customer


@pytest.fixture
def shelf(writing: Session, ada: Customer, ben: Customer, priya: Account, now: datetime) -> list[Idea]:
    """Seven ideas, a day apart, the oldest first; the second has most votes, the third and sixth an answer."""
    made = []
    for number in range(7):
        board = "Cards" if number % 2 else "Payments"
        at = now - timedelta(days=70 - number)
        title = f"Idea number {number} about Überweisung"
        made.append(ideas.propose(writing, ada, title=title, text="I would like that.", board=board, now=at))
    for number in range(3):
        voter = customer(writing, f"V{number}", now)
        ideas.vote(writing, made[1], voter, "nice", now - timedelta(days=60))
    ideas.vote(writing, made[4], ben, "critical", now)
    ideas.answer(writing, made[5], status="considering", text="We look.", account=priya, now=now - timedelta(days=9))
    ideas.answer(writing, made[2], status="planned", text="We will.", account=priya, now=now - timedelta(days=5))
    return made


def titles(page: ideas.IdeasPage) -> list[int]:
    return [int(row.idea.title.split()[2]) for row in page.rows]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("new", [6, 5, 4, 3, 2, 1, 0]),
        ("top", [1, 4, 6, 5, 3, 2, 0]),
        ("trending", [4, 1, 6, 5, 3, 2, 0]),
        ("answered", [2, 5]),
    ],
)
def test_each_order_is_what_it_says_and_pages_join_without_a_seam(
    writing: Session, shelf: list[Idea], sort: str, order: list[int]
) -> None:
    seen, after = [], None
    while True:
        page = ideas.ideas_page(writing, sort=sort, after=after, limit=2)
        assert page.total == len(order)
        seen += titles(page)
        after = page.after
        if after is None:
            break
    assert seen == order


def test_a_page_that_ends_with_the_last_idea_offers_no_next_page(writing: Session, shelf: list[Idea]) -> None:
    assert ideas.ideas_page(writing, limit=7).after is None


def test_a_place_in_one_order_is_no_place_in_another(writing: Session, shelf: list[Idea]) -> None:
    after = ideas.ideas_page(writing, sort="top", limit=2).after
    with pytest.raises(Invalid):
        ideas.ideas_page(writing, sort="new", after=after)


def test_filters_join(writing: Session, shelf: list[Idea]) -> None:
    assert titles(ideas.ideas_page(writing, board="Cards", sort="new")) == [5, 3, 1]
    assert titles(ideas.ideas_page(writing, status="planned")) == [2]
    assert titles(ideas.ideas_page(writing, board="Cards", status="planned")) == []
    assert titles(ideas.ideas_page(writing, q="number 5", board="Cards")) == [5]


def test_the_newest_answer_and_ones_own_vote_come_with_the_row(
    writing: Session, shelf: list[Idea], ben: Customer, priya: Account, now: datetime
) -> None:
    ideas.answer(writing, shelf[2], status="shipped", text="It is there.", account=priya, now=now)
    rows = {int(row.idea.title.split()[2]): row for row in ideas.ideas_page(writing, viewer=ben).rows}
    assert rows[2].answer is not None
    assert rows[2].answer.text == "It is there."
    assert (rows[4].my_strength, rows[1].my_strength) == ("critical", None)
    assert ideas.ideas_page(writing).rows[0].my_strength is None


def test_a_page_costs_the_same_statements_however_long_it_is(
    writing: Session, shelf: list[Idea], ben: Customer
) -> None:
    statements: list[str] = []
    writing.expunge_all()

    def note(_conn, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    bind = writing.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        ideas.ideas_page(writing, viewer=ben, q="number", limit=50)
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert len(statements) == 1


@pytest.mark.parametrize("typed", ["UBERWEISUNG", "überw", "idea 3", "numb idea"])
def test_search_takes_beginnings_of_words_in_any_order_case_and_accent(
    writing: Session, shelf: list[Idea], typed: str
) -> None:
    assert ideas.ideas_page(writing, q=typed).total >= 1


@pytest.mark.parametrize(
    "typed",
    [
        '"', "'", "*", "fee*)", "a' OR 1=1 --", 'NEAR("x" "y")', "x:y", "AND", "-fee", "(((", "\\", "%", "_", "<->",
        "!", "&|", "' | '", "folded:fee", "🙂", "\u202e", "1e5", "0x1F", "e\u0301" * 200, "word " * 500, "zażółć" * 99,
    ],
)  # fmt: skip
def test_nothing_typed_into_the_search_is_a_query_language(writing: Session, shelf: list[Idea], typed: str) -> None:
    assert ideas.ideas_page(writing, q=typed).total in (0, 7)


def test_chinese_words_are_found_inside_a_sentence(writing: Session, ada: Customer, now: datetime) -> None:
    ideas.propose(
        writing, ada, title="請在送出前顯示轉帳手續費", text="每次都要等到對帳單才知道。", board="Payments", now=now
    )
    for typed, found in (("手續費", 1), ("費", 1), ("對帳單", 1), ("信用卡", 0)):
        assert ideas.ideas_page(writing, q=typed).total == found, typed


def test_the_search_uses_its_index_on_both_databases(writing: Session, shelf: list[Idea]) -> None:
    statement = sa.select(Idea.id).where(matching(writing, "number"))
    explain = "EXPLAIN QUERY PLAN " if writing.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    if explain == "EXPLAIN ":
        writing.execute(sa.text("SET LOCAL enable_seqscan = off"))
    compiled = statement.compile(writing.get_bind())
    values = compiled.params if explain == "EXPLAIN " else tuple(compiled.params[name] for name in compiled.positiontup)
    plan = str(writing.connection().exec_driver_sql(explain + str(compiled), values).all())
    assert "idea_search" in plan


def test_a_hidden_idea_is_seen_by_its_author_and_the_team_only(
    writing: Session, shelf: list[Idea], ada: Customer, ben: Customer, priya: Account, now: datetime
) -> None:
    ideas.hide(writing, shelf[1], reason="It names a person.", account=priya, now=now)
    assert 1 not in titles(ideas.ideas_page(writing, viewer=ada))
    assert 1 in titles(ideas.ideas_page(writing, hidden=True))
    for viewer in (None, ben):
        with pytest.raises(NotFound):
            ideas.idea_by_ref(writing, shelf[1].ref, viewer)
    assert ideas.idea_by_ref(writing, shelf[1].ref, ada).hidden_reason == "It names a person."
    assert ideas.idea_by_ref(writing, shelf[1].ref, hidden=True).ref == shelf[1].ref
    assert ideas.status_counts(writing) == {
        "open": 4, "considering": 1, "planned": 1, "started": 0, "shipped": 0, "declined": 0, "hidden": 1,
    }  # fmt: skip
    assert titles(ideas.ideas_page(writing, hidden=True, status="hidden")) == [1]
    assert titles(ideas.ideas_page(writing, status="hidden")) == []
    ideas.unhide(writing, shelf[1], account=priya, now=now)
    assert 1 in titles(ideas.ideas_page(writing))
