"""Cleo proposes an idea, backs another one and changes her mind; Priya answers, and Cleo is told on her side."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_an_idea_is_proposed_answered_and_the_answer_told(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    cleo, priya = page_as("cleo"), page_as("priya")
    cleo.goto("/ideas")
    cleo.get_by_role("link", name="Propose an idea").click()
    title = f"Show the {word} savings goal as a picture"
    cleo.get_by_label("What would you like, and what is it like today?").fill(
        f"I save for a {word} boat. The app shows numbers only; a picture that fills would keep me going."
    )
    cleo.get_by_label("In one line").fill(title)
    expect(cleo.get_by_role("complementary", name="Similar ideas")).to_contain_text(
        re.compile("Is it one of these|Nothing like this")
    )
    cleo.get_by_label("What is it about?").select_option(label="Savings")
    assert_accessible(cleo)
    cleo.get_by_role("button", name=re.compile("Propose in public|propose mine")).click()
    again = cleo.get_by_role("button", name="None of these: propose mine")
    if again.count():
        again.click()
    expect(cleo.get_by_role("heading", name=title)).to_be_visible()
    assert_accessible(cleo)
    ref = cleo.url.split("?")[0].rsplit("/", 1)[1]

    priya.goto("/team/ideas")
    priya.get_by_label("Order").select_option(label="New")
    priya.get_by_role("link", name=title).click()
    priya.get_by_label("Status").select_option(label="Planned")
    priya.get_by_label("Answer", exact=True).fill(f"We draw it in the spring, {word} first.")
    assert_accessible(priya)
    priya.get_by_role("button", name="Answer in public").click()
    expect(priya.get_by_role("listitem").filter(has_text=f"{word} first")).to_be_visible()

    cleo.goto("/me")
    told = cleo.get_by_role("listitem").filter(has_text=f"We draw it in the spring, {word} first.")
    expect(told).to_contain_text("You proposed this.")
    told.get_by_role("link", name=title).click()
    cleo.wait_for_url(f"**/ideas/{ref}")
    assert_accessible(cleo)


def test_words_others_said_before_are_shown_before_proposing(page_as: Callable[..., Page]) -> None:
    cleo = page_as("cleo")
    cleo.goto("/ideas")
    known = cleo.locator("article.idea h2 a").first.inner_text()
    cleo.goto("/ideas/new")
    cleo.get_by_label("In one line").fill(known)
    beside = cleo.get_by_role("complementary", name="Similar ideas")
    expect(beside).to_contain_text("Is it one of these?")
    expect(beside.get_by_role("link", name=known)).to_be_visible()


def test_a_vote_is_given_and_taken_back(page_as: Callable[..., Page], assert_accessible: Callable[..., None]) -> None:
    cleo = page_as("cleo")
    cleo.goto("/ideas?sort=new")
    cleo.locator("article.idea", has_text="back this").filter(has_not_text="you back this").first.locator(
        "h2 a"
    ).click()
    backing = cleo.locator("#vote h2")
    before = backing.inner_text()
    cleo.get_by_role("group", name="How much do you need this?").get_by_role("button").first.click()
    expect(backing).not_to_have_text(before)
    assert_accessible(cleo)
    cleo.get_by_role("button", name="Take my vote back").click()
    expect(backing).to_have_text(before)
