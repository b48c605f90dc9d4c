"""Every operation of the API against made-up requests: no answer of 500, no status that the description does not know.

Run with `make fuzz`; more cases with CANDOUR_FUZZ_CASES. What it finds becomes a fixed case in tests/web/api.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal import accounts, db, migrate, outreach, segments
from portal.app import create_app
from portal.settings import Settings
from portal.web.api.operations import OPERATIONS
from tests import people
from tests.web.api.drafted import asked_for_everything, drafts

CASES = int(os.environ.get("CANDOUR_FUZZ_CASES", "150"))
KNOWN = {
    "ref": "C-ADA", "key": "fees", "code": "C-ADAS", "decision": "D-ADAS", "merge": "G-ADAS", "purpose": "marketing",
    "batch": "B-ADAS", "campaign": "tried", "version": "2", "request": "Q-ADAS", "conversation": "T-ADAS",
}  # fmt: skip
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal with Ada, a signal of hers and a segment she is in."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'candour.sqlite3'}",
        instance=str(folder),
        secret_key="a key for tests only, long enough to be taken seriously",
        rate_api="100000000 per minute",
    )
    migrate.upgrade(settings.url)
    engine = db.make_engine(settings.url)
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        ada = people.customer(session, "Ada")
        people.signal(session, ada, "cost", now)
        people.receipt(session, ada, "C-ADAS", now)
        tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
        segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=now)
        segments.go_live(session, "fees", now=now)
        segments.place_customer(session, ada.id, cause="signal", now=now)
        outreach.add_template(
            session, key="hello", message_class="marketing", purpose="marketing", channel="email", subject="Hello",
            text="Hello $name", by="Ines", now=now,
        )  # fmt: skip
        asked_for_everything(session, "C-ADA", now)
        _token, plain = accounts.add_token(
            session, name="fuzz", scopes=list(accounts.SCOPES), created_by="Ines", now=now,
            account_id=drafts(session, now).id,
        )  # fmt: skip
    app = create_app(settings)
    app.extensions["fuzz-token"] = plain
    yield app
    engine.dispose()


@pytest.fixture(scope="module")
def described(portal: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", portal)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("endpoint", sorted(OPERATIONS))
def test_no_request_breaks_the_api(portal: Flask, described: Any, endpoint: str, mode: GenerationMode) -> None:
    """`positive` requests fit the description, `negative` ones do not."""
    entry = OPERATIONS[endpoint]
    operation = described[re.sub(r"<(\w+)>", r"{\1}", entry.path)][entry.method]
    token = portal.extensions["fuzz-token"]

    @hypothesis.settings(
        max_examples=CASES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), print_blob=True
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), known=hypothesis.strategies.booleans())
    def holds(case: schemathesis.Case, known: bool) -> None:
        if known:  # names made up at random exist too rarely to get anywhere
            case.path_parameters = {name: KNOWN[name] for name in case.path_parameters or {}}
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    try:
        holds()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "there is always a request that fits"
        assert not entry.asks.fields, "only what takes nothing cannot be asked wrongly"
