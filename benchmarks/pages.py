"""CPU of a page for somebody signed in, through the WSGI application in this process, against a Flask "hello"."""

from __future__ import annotations

import re
import tempfile
from functools import partial

from flask import Flask
from flask.testing import FlaskClient
from machine import NOW, describe, in_turns

from portal import clock, db, demo, ideas, migrate
from portal.accounts import customer_by_email
from portal.app import create_app
from portal.settings import Settings

PAGES = ("/ideas", "/me", "/me/consent")
SCALE, IDEAS, REQUESTS, ROUNDS = 0.05, 30, 10, 9


def hello() -> FlaskClient:
    """The barest Flask there is."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app.test_client()


def signed_in(settings: Settings) -> FlaskClient:
    """Ada, signed in at a small demo company with at least 30 ideas."""
    migrate.upgrade(settings.url)
    engine = db.make_engine(settings.url)
    now = clock.utc_now()
    demo.load(engine, settings=settings, now=now, scale=SCALE)
    with db.writing(engine) as session:
        ada = customer_by_email(session, "ada@example.org")
        if ada is None:
            raise SystemExit("The demo company has no Ada.")
        board = ideas.boards(session)[0]
        for number in range(IDEAS):
            ideas.propose(session, ada, title=f"Idea number {number}", text="A text of a line.", board=board, now=now)
    engine.dispose()
    client = create_app(settings).test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    if token is None:
        raise SystemExit("The page to sign in has no form.")
    sent = {"email": "ada@example.org", "password": demo.PASSWORD, "csrf_token": token[1]}
    client.post("/sign-in", data=sent)
    return client


def ask(client: FlaskClient, page: str) -> None:
    """Load a page a few times; anything but the page itself would make the figure worthless."""
    for _ in range(REQUESTS):
        answer = client.get(page)
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status}.")


def main() -> None:
    print(describe())
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        settings = Settings(instance=folder, secret_key=f"benchmarks only, {NOW}", password_time_cost=1)
        ada = signed_in(settings)
        works = {"hello (bare Flask)": partial(ask, hello(), "/"), **{page: partial(ask, ada, page) for page in PAGES}}
        for work in works.values():
            work()  # templates are compiled with the first request
        shown = len(set(re.findall(r'href="/ideas/(I-[^"/?#]+)', ada.get("/ideas").text)))
        taken = in_turns(works, ROUNDS)
    base = taken["hello (bare Flask)"]
    print(f"/ideas shows {shown} ideas")
    for name, seconds in taken.items():
        print(f"{name:<20} {1e3 * seconds / REQUESTS:7.2f} ms of CPU a request   {seconds / base:6.1f} x hello")


if __name__ == "__main__":
    main()
