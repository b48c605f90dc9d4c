"""A browser for tests that looks at every page it is given: whoever loads a page, checks it."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "list", "form", "popovertarget", "commandfor")
KEEPS_TEXT = ("aria-label", "aria-labelledby", "title")


class Reader(FlaskClient):
    """A test client that refuses to go on when a page is not well made."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.data and not answer.location:  # nobody reads a redirect
            faults = faults_of(answer.text)
            assert not faults, f"{answer.request.method} {answer.request.path}: {faults}"
        return answer


def faults_of(text: str) -> list[str]:
    """What is wrong with a page, or with a piece of one that a script fetches."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    whole = "<html" in text
    tree = parser.parse(text) if whole else parser.parseFragment(text)
    lines = [*text.splitlines(), "(the end)"]
    faults = [
        f"{code} in line {place[0]}: {lines[place[0] - 1].strip()[:120]}" for place, code, _ in parser.errors if lines
    ]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    faults += _names(elements, whole) + _controls(elements) + _policy(elements) + _forms(elements)
    return faults + (_frame(elements) if whole else [])


def said(element: Element) -> str:
    """The text of an element as it is read out."""
    alternatives = [inner.get("alt", "") for inner in element.iter() if inner.tag == "img"]
    return "".join([*element.itertext(), *alternatives]).strip()


def _frame(elements: list[Element]) -> list[str]:
    """One language, one title, one heading of the first level, one main part."""
    faults = []
    if not elements[0].get("lang"):
        faults.append("the page does not say its language")
    for tag in ("title", "h1", "main"):
        found = [element for element in elements if element.tag == tag and said(element)]
        if len(found) != 1:
            faults.append(f"{len(found)} <{tag}> with text")
    return faults


def _names(elements: list[Element], whole: bool) -> list[str]:
    """Ids are unique, and what refers to one finds it; a piece may name a form of the page it is put into."""
    ids = [element.get("id", "") for element in elements if element.get("id") is not None]
    faults = [f"id {name!r} is used twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for element in elements:
        names = [
            *(name for name in REFERENCES if whole or name != "form"),
            *(["for"] if element.tag in ("label", "output") else []),
        ]
        wanted = {word for name in names for word in element.get(name, "").split()}
        faults += [f"<{element.tag}> refers to {name!r}, which is not there" for name in sorted(wanted - set(ids))]
        target = element.get("href", "")
        if target.startswith("#") and target[1:] not in ids:
            faults.append(f"link to {target!r}, which is not there")
    return faults


def _controls(elements: list[Element]) -> list[str]:
    """Whatever can be filled in or pressed has a name that can be read out."""
    inside = {inner for label in elements if label.tag == "label" and said(label) for inner in label.iter()}
    named = {label.get("for") for label in elements if label.tag == "label" and said(label)}
    faults = []
    for element in elements:
        attributes = any(element.get(name, "").strip() for name in KEEPS_TEXT)
        if element.tag in ("input", "select", "textarea") and element.get("type") not in UNLABELLED:
            if not (attributes or element in inside or element.get("id") in named):
                faults.append(f"<{element.tag} name={element.get('name')!r}> has no label")
        elif element.tag in ("button", "a", "summary", "th") and not (attributes or said(element)):
            if element.tag != "th" or element.get("scope"):
                faults.append(f"<{element.tag}> without text")
        elif element.tag == "img" and element.get("alt") is None:
            faults.append("<img> without alt")
    return faults


def _policy(elements: list[Element]) -> list[str]:
    """Nothing that the content policy would refuse."""
    faults = []
    for element in elements:
        if element.get("style") or element.tag == "style":
            faults.append(f"<{element.tag}> with inline style")
        if element.tag == "script" and not element.get("src"):
            faults.append("<script> with text")
        faults += [f"<{element.tag} {name}>" for name in element.attrib if str(name).startswith("on")]
    return faults


def _forms(elements: list[Element]) -> list[str]:
    """A form that changes something carries its token."""
    faults = []
    for form in elements:
        if form.get("action", "").startswith("/u/"):
            continue  # the address itself carries a token that can only restrict; a cookie must not be needed
        if form.tag == "form" and form.get("method", "get").lower() == "post":
            tokens = [inner for inner in form.iter() if inner.get("name") == "csrf_token" and inner.get("value")]
            faults += [] if tokens else [f"form to {form.get('action')!r} without a csrf_token"]
    return faults
