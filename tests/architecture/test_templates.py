"""Templates mirror portal/web, keep to the content policy, and leave no string out of reach of a translator."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from portal.web.headers import CSP
from tests.architecture.sources import ROOT, calls, name, python_files

TEMPLATES = ROOT / "templates"
FILES = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
PAGES = [path for path in FILES if path.suffix in (".html", ".svg")]
VIEWS = [path for path in python_files("portal/web") if path.parent.parent == ROOT / "portal" / "web"]
NAMED = re.compile(r"[\"']([a-z_]+/[\w./{}-]+\.(?:html|txt|svg))[\"']")
SHARED = ("layout/", "messages/")
REFERENCE = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:src|href|action)=[\"']\s*(?:https?:)?//(?!example\.org)", re.IGNORECASE)
NOT_READ_OUT = re.compile(r"<(code|kbd|pre|samp)\b.*?</\1>", re.DOTALL)
INSIDE_A_TAG = re.compile(r"{% block \w+_class %}.*?{% endblock %}")
SAID = re.compile(r"\s(?:title|alt|placeholder|aria-label|aria-description|summary)=\"([^\"]*)\"")
TAG = re.compile(r"<[^>]*>|\s[a-z-]+=\"[^\"]*\"", re.DOTALL)  # or an attribute that a macro writes alone
WORD = re.compile(r"(?!(?:API|CSV|JSON|JSONL|SMTP|URL|UTC)\b)\b[^\W\d_]{2,}")
environment = jinja2.Environment(extensions=["jinja2.ext.i18n"])


def rendered_by(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """The templates that a view names when it renders."""
    for call, what in calls(path):
        if what in ("page", "pages.page", "rendered", "render_template", "flask.render_template") and call.args:
            yield call, ast.unparse(call.args[0]).removeprefix("f").strip("'\"")


def plain(path: Path) -> str:
    """The file's own text, with `\\0` where Jinja puts a value in."""
    tokens = environment.lex(INSIDE_A_TAG.sub("", path.read_text(encoding="utf-8")))
    return "".join(
        text if kind == "data" else "\0" for _line, kind, text in tokens if kind in ("data", "variable_begin")
    )


def test_a_view_renders_only_its_own_templates() -> None:
    wrong = [
        f"{name(path, call)} renders {template}"
        for path in VIEWS
        for call, template in rendered_by(path)
        if not template.startswith((f"{path.parent.name}/{path.stem}/", *SHARED))
    ]
    assert wrong == []


def test_every_template_named_exists_and_every_template_is_used() -> None:
    texts = [path.read_text(encoding="utf-8") for path in [*python_files("portal"), *FILES]]
    named = {match for text in texts for match in NAMED.findall(text)}
    present = {str(path.relative_to(TEMPLATES)) for path in FILES}
    whole = {name for name in named if (TEMPLATES / name.split("/")[0]).is_dir() and "{" not in name}
    ways = [re.compile(re.sub(r"\\{.*?\\}", r"[\\w-]+", re.escape(name))) for name in named]
    assert sorted(whole - present) == []
    assert sorted(path for path in present if not any(way.fullmatch(path) for way in ways)) == []


def test_a_template_extends_and_includes_only_its_neighbours_and_the_layout() -> None:
    wrong = []
    for path in FILES:
        home = str(path.parent.relative_to(TEMPLATES))
        audience = home.split("/")[0] + "/"
        for target in REFERENCE.findall(path.read_text(encoding="utf-8")):
            if not target.startswith((home, f"{audience}_", *SHARED)):
                wrong.append(f"{name(path)} uses {target}")
    assert wrong == []


def test_the_content_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in CSP
    assert "default-src 'none'" in CSP
    assert "*" not in CSP


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert INLINE.findall(text) == []
    assert ELSEWHERE.findall(text) == []
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_translator_can_reach_every_string(path: Path) -> None:
    text = plain(path)
    said = [match for match in SAID.findall(text) if WORD.search(match)]
    outside = [line.strip() for line in TAG.sub("\n", NOT_READ_OUT.sub("", text)).replace("\0", " ").splitlines()]
    assert said + [line for line in outside if WORD.search(re.sub(r"&\w+;", "", line))] == []
