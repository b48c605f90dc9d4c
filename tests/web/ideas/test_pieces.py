"""Pieces of pages are kept: they show each change at once, and nothing of one reader to another."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import meta, nodes
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal import ideas
from portal.db import begin_writing
from portal.ideas.models import Idea
from portal.web import pieces
from portal.web.layout import rendered
from tests.architecture.sources import ROOT
from tests.cast import Cast, csrf_token

from .conftest import SignIn

OPEN_TO_ALL = {"_", "ngettext", "url_for", "asset", "navigation", "rail", "idea_words"}
"""What a kept macro may call: each gives the same for the same values, language and place of the portal."""
FILTERS = {"day", "truncate"}
"""Those of the same kind. `iso` writes the zone of its value, and `ago` knows what time it is."""
Change = Callable[[Session, Cast, Idea, datetime], object]
CHANGES: dict[str, tuple[str, Change]] = {
    "a vote": (
        r'class="vote"[^>]*>1[ <]',
        lambda session, cast, idea, now: ideas.vote(session, idea, cast.ben, "nice", now),
    ),
    "other words": (
        "Show the price",
        lambda session, cast, idea, now: ideas.revise(
            session, idea, cast.ada, title="Show the price <now>", text="Please.", version=1, now=now
        ),
    ),
    "a comment": (
        "1 comment",
        lambda session, cast, idea, now: ideas.comment(session, idea, customer=cast.ben, text="Yes, please.", now=now),
    ),
    "a status with an answer": (
        "We will",
        lambda session, cast, idea, now: ideas.answer(
            session, idea, status="planned", text="We will & soon.", account=cast.priya, now=now
        ),
    ),
    "another board": ("Cards · ", lambda session, cast, idea, now: setattr(idea, "board", "Cards")),
    "another day": (
        "1 January 2026",
        lambda session, cast, idea, now: setattr(idea, "created_at", now.replace(month=1, day=1)),
    ),
}


def change(session: Session, cast: Cast, idea: Idea, now: datetime, what: str) -> str:
    """Do one of `CHANGES`; gives a pattern of what a list says from then on."""
    said, act = CHANGES[what]
    session.rollback()
    begin_writing(session)
    act(session, cast, session.get_one(Idea, idea.id), now)
    session.commit()
    return said


@pytest.mark.parametrize("template", sorted(pieces.KEPT))
def test_a_kept_piece_reads_nothing_but_the_values_it_is_given(app: Flask, template: str) -> None:
    tree = app.jinja_env.parse(Path(ROOT / "templates" / template).read_text(encoding="utf-8"))
    assert meta.find_undeclared_variables(tree) <= OPEN_TO_ALL
    assert {one.name for one in tree.find_all(nodes.Filter)} <= FILTERS
    assert set(meta.find_referenced_templates(tree)) <= {"layout/macros.html"}
    used = {
        one.attr for one in tree.find_all(nodes.Getattr) if isinstance(one.node, nodes.Name) and one.node.name == "ui"
    }
    assert used <= {"select", "choice"}, "which show their arguments only"


def in_a_page(app: Flask, *values: Any, to: str = "/", root: str = "", language: str = "en") -> Markup:
    """A kept piece, as a page for this reader asks for it."""
    with app.test_request_context(to, base_url=f"http://localhost{root}", headers={"Accept-Language": language}):
        rendered("layout/problem.html", status=404, code="not-found", message="")
        return pieces.of_this_page()("layout/frame.html", "top", *values)


def test_text_that_counts_as_escaped_is_no_value_of_a_piece(app: Flask) -> None:
    assert "&lt;b&gt;" in in_a_page(app, "<b>", None, "open.ideas")
    with pytest.raises(TypeError):
        in_a_page(app, Markup("<b>"), None, "open.ideas")
    assert "&lt;b&gt;" in in_a_page(app, "<b>", None, "open.ideas")


def test_one_and_true_are_two_values(app: Flask) -> None:
    shown = [in_a_page(app, value, None, "open.ideas") for value in (1, True, "1")]
    assert ">1<" in shown[0]
    assert ">True<" in shown[1]
    assert ">1<" in shown[2]


def test_each_place_of_the_portal_and_each_role_has_pieces_of_its_own(app: Flask) -> None:
    shown = [
        in_a_page(app, "Candour", None, "open.ideas"),
        in_a_page(app, "Candour", None, "open.say"),
        in_a_page(app, "Candour", "customer", "open.ideas"),
        in_a_page(app, "Candour", None, "open.ideas", root="/voice"),
        in_a_page(app, "Candour", None, "open.ideas", language="it"),
    ]
    assert len(set(shown)) == len(shown)
    assert 'href="/voice/ideas"' in shown[3]
    assert shown[0] == in_a_page(app, "Candour", None, "open.ideas")


def test_a_template_that_nobody_looked_at_is_not_kept(app: Flask) -> None:
    with app.test_request_context("/"):
        rendered("layout/problem.html", status=404, code="not-found", message="")
        with pytest.raises(KeyError):
            pieces.of_this_page()("layout/macros.html", "chip", "word")


@pytest.mark.parametrize("what", CHANGES)
def test_a_list_shows_each_change_at_once(
    as_: SignIn, client: FlaskClient, fee: Idea, cast: Cast, session: Session, now: datetime, what: str
) -> None:
    readers = [client, as_("ada"), as_("ben"), as_("priya")]
    before = [reader.get("/ideas").text for reader in readers]
    said = change(session, cast, fee, now, what)
    after = [reader.get("/ideas").text for reader in readers]
    for earlier, later in zip(before, after, strict=True):
        assert re.search(said, later)
        assert not re.search(said, earlier)
    assert "<now>" not in "".join(after)
    assert "We will & soon" not in "".join(after)


def test_ones_own_vote_is_shown_to_nobody_else(
    as_: SignIn, client: FlaskClient, fee: Idea, cast: Cast, session: Session, now: datetime
) -> None:
    ada, ben = as_("ada"), as_("ben")
    for strength, word in (("nice", "Nice to have"), ("critical", "Critical")):
        session.rollback()
        begin_writing(session)
        ideas.vote(session, session.get_one(Idea, fee.id), cast.ben, strength, now + timedelta(minutes=1))
        session.commit()
        for _turn in range(2):
            assert f"you said: {word}" in ben.get("/ideas").text
            for other in (ada, client):
                text = other.get("/ideas").text
                assert "you said" not in text
                assert "you back this" not in text


def test_what_somebody_searched_and_the_token_of_their_forms_stay_theirs(as_: SignIn, fee: Idea) -> None:
    ada, ben = as_("ada"), as_("ben")
    for one, other in pairwise([ada, ben, ada]):
        mine, theirs = one.get("/ideas?q=fee"), other.get("/ideas?sort=new")
        assert csrf_token(mine) != csrf_token(theirs)
        assert csrf_token(mine) not in theirs.text
        assert csrf_token(theirs) not in mine.text
        assert f"q=fee#{fee.ref}" in mine.text
        assert "q=fee" not in theirs.text
        assert f'value="/ideas?sort=new#{fee.ref}"' in theirs.text


def test_the_name_of_whoever_is_signed_in_is_in_no_piece(as_: SignIn, client: FlaskClient, fee: Idea) -> None:
    for name in ("ada", "ben"):
        assert f"{name}@example.org" in as_(name).get("/ideas").text
    assert "@example.org" not in client.get("/ideas").text
