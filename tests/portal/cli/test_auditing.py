"""`candour decisions`: the audit at a terminal, and figures measured again."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from portal import db, treatment
from portal.cli import main
from portal.settings import Settings
from portal.treatment import IntentFacts
from portal.treatment.models import Decision
from tests import people


@pytest.fixture(autouse=True)
def decided(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One decision in the portal that the command stands on."""
    for name in ("database_url", "instance", "secret_key"):
        monkeypatch.setenv(f"CANDOUR_{name.upper()}", getattr(settings, name))
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ada = people.customer(session)
        treatment.claim(session, IntentFacts("one", ada.id, "in_app", "marketing", "marketing"), now=people.JOINED)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["decisions", *words])


def test_an_audit_without_contradictions_says_so(engine: Engine) -> None:
    done = run("audit")
    assert (done.exit_code, done.output) == (0, "No contradiction in 1 decisions.\n")


def test_a_contradiction_is_named_and_fails(engine: Engine) -> None:
    with db.writing(engine) as session:
        found = session.scalars(sa.select(Decision)).one()
        found.outcome = "allow"
        ref = found.ref
    done = run("audit")
    assert done.exit_code == 1
    assert f"changed: {ref}" in done.output
    assert "1 contradictions in 1 decisions" in done.output


def test_figures_are_measured_again_for_a_span(engine: Engine) -> None:
    done = run("measure", "--since", "2020-01-01", "--until", "2100-01-01")
    assert (done.exit_code, done.output.endswith("days and weeks were measured again.\n")) == (0, True)


def test_marks_holders_and_registers_are_recorded_at_a_terminal(engine: Engine, tmp_path: Path) -> None:
    with db.writing(engine) as session:
        ref = people.customer(session, "Dora").ref
    file = tmp_path / "list.txt"
    file.write_text("+44 20 7946 0000\n")
    assert "Mark 1 holds: minor" in run("mark", ref, "minor", "--by", "Ines", "--until", "2090-01-01").output
    assert run("end-mark", "1", "--by", "Ines").exit_code == 0
    assert run("holder", ref, "Ben", "revoked", "--by", "Ines").output == "Ben: revoked.\n"
    taken = ("--name", "tps", "--taken", "2026-01-01", "--by", "Ines")
    assert run("call-register", str(file), *taken).output == "1 numbers are in.\n"
    assert run("call-register", str(file), *taken).exit_code != 0
