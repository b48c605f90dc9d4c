"""`candour consent check-receipt`: whoever has a file learns at a terminal whether it is ours and unchanged."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from portal import consent, db
from portal.cli import main
from portal.settings import Settings
from tests import people


@pytest.fixture
def file(engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A receipt as it was downloaded from the portal that the command stands on."""
    for name in ("database_url", "instance", "secret_key"):
        monkeypatch.setenv(f"CANDOUR_{name.upper()}", getattr(settings, name))
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        receipt = people.receipt(session, people.customer(session), "C-ADAS", datetime.now(UTC))
        data = consent.receipt_file(session, receipt, settings)
    path = tmp_path / "receipt.jsonld"
    path.write_bytes(data)
    return path


def check(file: Path | str, piped: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["consent", "check-receipt", str(file)], input=piped)


def test_a_receipt_that_is_ours_holds_from_a_file_and_piped_in(file: Path) -> None:
    for held in (check(file), check("-", file.read_bytes())):
        assert (held.exit_code, "ours and unchanged" in held.output) == (0, True)


def test_a_changed_receipt_does_not(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"ConsentGiven", b"ConsentTaken"))
    tampered = check(file)
    assert (tampered.exit_code, "was changed after it was signed" in tampered.output) == (1, True)


def test_of_another_portal_or_none_at_all_it_does_not_either(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOUR_RECEIPT_KEYS", "a key of somebody else")
    assert "not signed with a key of this instance" in check(file).output
    file.write_text("no receipt")
    refused = check(file)
    assert (refused.exit_code, "not a signed receipt" in refused.output) == (1, True)
