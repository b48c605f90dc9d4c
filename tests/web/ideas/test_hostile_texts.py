"""Whatever is typed about ideas is kept as typed or refused in words, and the pages it stands on are well made.

The browser of the tests refuses to go on when a page is not valid, so that reading the pages is the check.
"""

import pytest
from sqlalchemy.orm import Session

from portal import ideas
from portal.ideas.models import Idea

from .conftest import SignIn, send

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)> &amp; &lt;",
    "attribute": '" onmouseover="alert(1)" x="',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} %(name)s %d %%",
    "sql": "'); DROP TABLE ideas; --",
    "formula": '=HYPERLINK("http://example.org")',
    "right to left": "\u202eevil\u202c \u0645\u0631\u062d\u0628\u0627",
    "marks on marks": "Z\u0351\u0343\u0357" * 40 + " a\u0315\u031b\u0301" * 40,
    "joined": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 10,
    "invisible": "words\u200b\u2060\ufeff with nothing between",
    "line ends": "one\r\ntwo\rthree\nfour\r\n\r\nfive",
    "full": "y" * 1999,
}
REFUSED = {
    "nul": "a\x00b",
    "bell": "ding \x07 dong",
    "next line": "a\x85b",
    "no character": "a\ufffeb",
    "none either": "a\U0001ffffb",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_only_a_text(as_: SignIn, fee: Idea, session: Session, name: str) -> None:
    typed = HOSTILE[name]
    ben = as_("ben")
    title = typed[:100]
    made = send(ben, "/ideas/new", title=f"T: {title}", text=typed + " and more", board="Cards", seen="1")
    assert made.status_code == 303
    ref = made.location.split("/")[2].split("?")[0]
    said = send(ben, f"/ideas/{ref}", f"/ideas/{ref}/comments", text=typed)
    assert said.status_code == 303
    session.rollback()
    kept = ideas.idea_by_ref(session, ref)
    assert kept.text == (typed + " and more").replace("\r\n", "\n").replace("\r", "\n").strip()
    for address in (f"/ideas/{ref}", "/ideas", f"/ideas/{ref}/edit"):
        page = ben.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "onerror=alert(1)>" not in page.text
    assert ben.get("/ideas", query_string={"q": typed[:190]}).status_code == 200
    assert send(ben, "/ideas/new", "/ideas/similar", text=typed).status_code == 200


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_shown_is_refused_in_words_everywhere(as_: SignIn, fee: Idea, name: str) -> None:
    typed = REFUSED[name] + " with some more"
    ben, priya = as_("ben"), as_("priya")
    answers = [
        send(ben, "/ideas/new", title="A title", text=typed, board="Cards"),
        send(ben, "/ideas/new", title=typed, text="Words enough.", board="Cards"),
        send(ben, f"/ideas/{fee.ref}", f"/ideas/{fee.ref}/comments", text=typed),
        send(priya, f"/team/ideas/{fee.ref}", status="planned", text=typed),
        send(priya, f"/team/ideas/{fee.ref}", f"/team/ideas/{fee.ref}/hide", reason=typed),
        send(priya, f"/team/ideas/{fee.ref}", f"/team/ideas/{fee.ref}/comments", text=typed),
    ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)
    assert all("cannot be shown" in answer.text for answer in answers)


def test_a_megabyte_is_refused_and_not_kept(as_: SignIn, fee: Idea) -> None:
    answer = send(as_("ben"), f"/ideas/{fee.ref}", f"/ideas/{fee.ref}/comments", text="z" * 1_000_000)
    assert answer.status_code == 422
    assert "at most 2,000 fit" in answer.text
