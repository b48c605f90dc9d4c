"""The command line as the tests of it meet it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main


@pytest.fixture
def candour(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`candour("job", "list")` on the test's database."""
    for name, value in {
        "CANDOUR_DATABASE_URL": database_url,
        "CANDOUR_INSTANCE": str(tmp_path / "instance"),
        "CANDOUR_SECRET_KEY": "a key for tests only, long enough to be taken seriously",
        "CANDOUR_PASSWORD_TIME_COST": "1",
        "CANDOUR_PASSWORD_MEMORY_KIB": "64",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, given: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return run
