"""The addresses that the portal has promised. After adding one: `.venv/bin/python -m tests.architecture.urls`."""

from pathlib import Path

from flask import Flask

from portal.app import create_app
from portal.settings import Settings

LIST = Path(__file__).with_name("urls.txt")


def addresses(app: Flask) -> list[str]:
    """Every method and address the app answers, as `GET /ideas/<ref>`, in order of address."""
    rules = list(app.url_map.iter_rules())
    found = {(rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return [f"{method} {address}" for address, method in sorted(found)]


def promised() -> list[str]:
    """The addresses as they were published."""
    return LIST.read_text().splitlines()


def bare_app() -> Flask:
    """The portal without any data: enough to ask it for its addresses."""
    return create_app(Settings(database_url="sqlite://", secret_key="only to list the addresses of the portal"))


if __name__ == "__main__":
    present = addresses(bare_app())
    lost = sorted(set(promised() if LIST.exists() else []) - set(present))
    LIST.write_text("".join(f"{line}\n" for line in present))
    print(f"{len(present)} addresses.", *(f"Lost, so somebody's link breaks: {line}" for line in lost), sep="\n")
