"""The checks of pages must find what they look for."""

import pytest

from tests.html import faults_of

PAGE = "<!doctype html><html lang='en'><head><title>T</title></head><body><main><h1>H</h1>{}</main></body></html>"


@pytest.mark.parametrize(
    "body",
    [
        "<label for='a'>Name</label><input id='a' name='a'>",
        "<label>Name <input name='a'></label>",
        "<form method='post'><input type='hidden' name='csrf_token' value='t'><button>Send</button></form>",
        "<form method='get'><button aria-label='Search'></button></form>",
        "<a href='/x'><img src='/x.png' alt='X'></a>",
        "<svg viewBox='0 0 1 1'><title>One</title><path d='M0 0'/></svg>",
        "<details><summary>More</summary><p>Text</p></details>",
    ],
)
def test_a_good_page_has_no_faults(body: str) -> None:
    assert faults_of(PAGE.format(body)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p><div>x</div></p>", "unexpected-end-tag"),
        ("<input name='a'>", "has no label"),
        ("<label for='b'>B</label>", "refers to 'b'"),
        ("<p id='a'></p><p id='a'></p>", "used twice"),
        ("<a href='#nowhere'>x</a>", "link to '#nowhere'"),
        ("<button></button>", "without text"),
        ("<img src='/x.png'>", "without alt"),
        ("<p style='color: red'>x</p>", "inline style"),
        ("<script>alert(1)</script>", "<script> with text"),
        ("<p onclick='x()'>x</p>", "onclick"),
        ("<form method='post'><button>Send</button></form>", "without a csrf_token"),
        ("<h1>Another</h1>", "2 <h1>"),
    ],
)
def test_a_fault_is_found(body: str, fault: str) -> None:
    assert any(fault in found for found in faults_of(PAGE.format(body))), faults_of(PAGE.format(body))


def test_a_page_without_language_or_title_is_found() -> None:
    assert len(faults_of("<!doctype html><html><body><main><h1>H</h1></main></body></html>")) == 2


def test_a_piece_of_a_page_needs_no_frame_but_its_labels() -> None:
    assert faults_of("<p>hello</p>") == []
    assert faults_of("<input name='a'>") == ["<input name='a'> has no label"]
