"""Ideas on the team's desk."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit, ideas
from portal.ideas.models import Idea
from tests.cast import Cast

from .conftest import SignIn, send


def test_an_answer_is_public_at_once_and_earlier_ones_stay(as_: SignIn, fee: Idea, session: Session) -> None:
    priya = as_("priya")
    place = f"/team/ideas/{fee.ref}"
    words = {"status": "planned", "text": "We build it, eight weeks.", "planned_for": "2027-03-01"}
    for _ in range(2):
        assert send(priya, place, **words, submission_key="K").status_code == 303
    send(priya, place, status="started", text="We have begun with our own fee.")
    session.rollback()
    session.refresh(fee)
    assert (fee.status, len(ideas.answers_of(session, fee))) == ("started", 2)
    page = as_("ben").get(f"/ideas/{fee.ref}").text
    assert "We have begun with our own fee." in page
    assert "We build it, eight weeks." in page
    assert "Priya" in page
    assert [entry.act for entry in audit.page(session, subject=fee.ref)] == ["idea.answered"] * 2


def test_a_planned_day_is_shown_as_that_day(as_: SignIn, fee: Idea) -> None:
    words = {"status": "planned", "text": "We build it, eight weeks.", "planned_for": "2027-03-01"}
    send(as_("priya"), f"/team/ideas/{fee.ref}", **words)
    assert "1 March 2027" in as_("ben").get(f"/ideas/{fee.ref}").text


def test_an_answer_without_words_is_not_taken_and_the_form_keeps_what_was_typed(as_: SignIn, fee: Idea) -> None:
    answer = send(as_("priya"), f"/team/ideas/{fee.ref}", status="declined", text="No.", planned_for="soon")
    assert answer.status_code == 422
    assert "at least 10" in answer.text
    assert "Write a date like" in answer.text
    assert ">No.</textarea>" in answer.text


def test_hiding_needs_a_reason_and_can_be_undone(as_: SignIn, fee: Idea, session: Session) -> None:
    priya = as_("priya")
    place = f"/team/ideas/{fee.ref}"
    assert send(priya, place, f"{place}/hide", reason="x").status_code == 422
    assert send(priya, place, f"{place}/hide", reason="It names a neighbour.").status_code == 303
    assert "It names a neighbour." in priya.get(place).text
    assert fee.title in priya.get("/team/ideas?status=hidden").text
    assert send(priya, place, f"{place}/show").status_code == 303
    assert fee.title not in priya.get("/team/ideas?status=hidden").text
    assert as_("ben").get(f"/ideas/{fee.ref}").status_code == 200


def test_what_looks_alike_is_named_with_its_reason_until_somebody_says_it_is_not(
    as_: SignIn, fee: Idea, session: Session, cast: Cast, now: datetime
) -> None:
    words = "Show the fee above the button before sending."
    twin = ideas.propose(session, cast.ben, title="Show me the fee", text=words, board="Payments", now=now)
    session.commit()
    priya, place = as_("priya"), f"/team/ideas/{fee.ref}"
    page = priya.get(place).text
    assert "Show me the fee" in page
    assert "fee" in page.split("Both say:")[1][:80]
    assert send(priya, place, f"{place}/not-duplicate", other=twin.ref).status_code == 303
    assert "Show me the fee" not in priya.get(place).text
    assert fee.title not in priya.get(f"/team/ideas/{twin.ref}").text
    assert send(priya, place, f"{place}/not-duplicate", other="I-NOTHING").status_code == 404


def test_the_team_says_something_in_its_own_name(as_: SignIn, fee: Idea) -> None:
    priya, place = as_("priya"), f"/team/ideas/{fee.ref}"
    assert send(priya, place, f"{place}/comments", text="On top, or out of the amount?").status_code == 303
    page = as_("ben").get(f"/ideas/{fee.ref}").text
    assert ">Priya</b>" in page
    assert "On top, or out of the amount?" in page
    assert send(priya, place, f"{place}/comments", text="").status_code == 422


def test_an_analyst_reads_and_does_not_answer(as_: SignIn, fee: Idea, session: Session) -> None:
    omar, place = as_("omar"), f"/team/ideas/{fee.ref}"
    page = omar.get(place)
    assert page.status_code == 200
    assert "Answer in public" not in page.text
    assert send(omar, place, status="shipped", text="It is all there now.").status_code == 403
    session.rollback()
    session.refresh(fee)
    assert fee.status == "open"


def test_the_list_counts_and_filters(as_: SignIn, fee: Idea) -> None:
    priya = as_("priya")
    assert fee.title in priya.get("/team/ideas?status=open&sort=new&q=fee").text
    assert "No idea matches all of this." in priya.get("/team/ideas?status=shipped").text
    assert priya.get("/team/ideas?sort=best").status_code == 422


def test_customers_do_not_see_the_desk(as_: SignIn, fee: Idea) -> None:
    ada = as_("ada")
    assert ada.get("/team/ideas").status_code == 403
    assert ada.get(f"/team/ideas/{fee.ref}").status_code == 403
