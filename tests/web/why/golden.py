"""Explanations of every rule code with the same parameters, as a person reads them, and as they were agreed."""

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale

from portal import migrate
from portal.app import create_app
from portal.settings import Settings
from portal.web import wording

LANGUAGES = ("en", "it", "zh_Hant")
AGREED = Path(__file__).with_name("golden.toml")
PARAMS: dict[str, Any] = {
    "purpose": "marketing", "channel": "email", "topic": "savings", "since": "2026-03-02T09:30:00+00:00", "seq": 7,
    "months": 24, "taken": "2026-10-20T00:00:00+00:00", "days": 30, "holders": 2, "approved": 1, "ref": "C-7Q2MX4KD91",
    "answered": "2026-11-02T09:30:00+00:00", "until": "2026-12-02T09:30:00+00:00", "due": "2026-11-10T00:00:00+00:00",
    "at": "2026-11-12T10:00:00+00:00", "most": 2, "sent": 2, "from": "20:00", "to": "08:00", "zone": "Europe/Rome",
    "zones": 1, "source": "stated", "trust": 0.31, "least": 0.4, "left": 4, "sold": 2, "of": "2026-10-20",
    "class": "marketing",
}  # fmt: skip


def said(language: str) -> dict[str, str]:
    """What is said for each code, reasons first; remedies are marked with `remedy:`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.sqlite3"
        migrate.upgrade(url)
        return _said(
            create_app(Settings(database_url=url, secret_key="only to say what is said of the rules")), language
        )


def _said(app: Flask, language: str) -> dict[str, str]:
    with app.test_request_context(), force_locale(language):
        told = {
            code: wording.reason({"result": "deny", "code": code, "params": PARAMS}) for code in sorted(wording.REASONS)
        }
        told |= {
            f"remedy:{code}": wording.remedy({"code": code, "params": PARAMS}) for code in sorted(wording.REMEDIES)
        }
    return {code: str(text) for code, text in told.items()}


def agreed() -> dict[str, dict[str, str]]:
    """What was agreed, by language and code."""
    return tomllib.loads(AGREED.read_text(encoding="utf-8"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    parts = []
    for language in LANGUAGES:
        lines = [f"{_quoted(code)} = {_quoted(text)}" for code, text in said(language).items()]
        parts.append("\n".join([f"[{language}]", *lines]))
    AGREED.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
