"""The commands as somebody at a terminal meets them: what they print, and with which code they end."""

import json
import re
import socket
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import accounts, audit, db, migrate
from portal.accounts.models import Account, ApiToken, Customer
from portal.cli import COMMANDS, main
from portal.conversations.models import Message
from portal.crm.models import ImportRun


def test_every_command_of_the_table_exists_and_explains_itself(candour) -> None:
    overview = candour("--help").output
    for name, (_module, text) in COMMANDS.items():
        assert name in overview
        assert text in overview
        told = candour(name, "--help")
        assert (told.exit_code, "Usage:" in told.output) == (0, True)


def test_a_command_that_does_not_exist_ends_with_code_2(candour) -> None:
    assert candour("brew").exit_code == 2
    assert candour("token", "add").exit_code == 2


def test_a_token_is_printed_once_and_opens_what_it_may(candour, engine: Engine) -> None:
    added = candour("token", "add", "--name", "crm", "--scope", "me:read", "--scope", "signals:read")
    assert added.exit_code == 0
    plain = added.stdout.strip()
    with db.reading(engine) as session:
        token = accounts.token_for(session, plain, session.scalars(sa.select(ApiToken.created_at)).one())
        assert token is not None
        assert token.scopes == ["me:read", "signals:read"]
        assert [entry.act for entry in audit.page(session)] == ["token.added"]
    listed = candour("token", "list").output
    assert "crm" in listed
    assert plain not in listed


def test_a_revoked_token_is_listed_as_revoked(candour, engine: Engine) -> None:
    candour("token", "add", "--name", "crm", "--scope", "me:read")
    assert candour("token", "revoke", "1").exit_code == 0
    assert "revoked" in candour("token", "list").output
    gone = candour("token", "revoke", "99")
    assert (gone.exit_code, "There is no such token" in gone.output) == (1, True)


def test_an_unknown_scope_is_refused_with_the_known_ones(candour) -> None:
    refused = candour("token", "add", "--name", "crm", "--scope", "everything")
    assert refused.exit_code == 2
    assert "signals:read" in refused.output


def test_a_team_member_with_a_password_can_sign_in(candour, engine: Engine) -> None:
    words = ("user", "add", "--email", "Ines@example.org", "--name", "Ines", "--role", "admin", "--password-stdin")
    added = candour(*words, given="harbour lights at dusk\n")
    assert added.exit_code == 0, added.output
    with db.reading(engine) as session:
        ines = session.scalars(sa.select(Account)).one()
    assert (ines.email, ines.role, ines.confirmed_at is not None) == ("ines@example.org", "admin", True)


def test_a_team_member_without_a_password_is_mailed_a_link(candour, engine: Engine) -> None:
    added = candour("user", "add", "--email", "omar@example.org", "--name", "Omar", "--role", "analyst")
    assert added.exit_code == 0
    assert "/admin/outbox" in added.output


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (
            ("--email", "not-an-address", "--name", "X", "--role", "admin", "--password-stdin"),
            "harbour lights at dusk\n",
        ),
        (("--email", "x@example.org", "--name", "X", "--role", "admin", "--password-stdin"), "short\n"),
        (("--email", "x@example.org", "--name", "X", "--role", "admin", "--password-stdin"), "\n"),
        (("--email", "x@example.org", "--name", "", "--role", "admin", "--password-stdin"), "harbour lights at dusk\n"),
    ],
    ids=["no address", "a short password", "an empty password", "no name"],
)
def test_a_team_member_who_cannot_be_added_is_refused_with_a_sentence(
    candour, engine: Engine, words: tuple[str, ...], given: str
) -> None:
    refused = candour("user", "add", *words, given=given)
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Account)).all() == []


def test_the_same_person_is_not_added_twice(candour) -> None:
    words = ("user", "add", "--email", "ines@example.org", "--name", "Ines", "--role", "admin")
    assert [candour(*words).exit_code, candour(*words).exit_code] == [0, 1]


def test_a_job_runs_by_hand_and_is_listed(candour) -> None:
    assert "never ran" in candour("job", "list").output
    ran = candour("job", "run", "expire")
    assert (ran.exit_code, ran.output) == (0, "expire: 0 done, 0 failed.\n")
    assert "done, 0 done, 0 failed" in candour("job", "list").output


def test_a_job_that_does_not_exist_is_answered_with_those_that_do(candour) -> None:
    refused = candour("job", "run", "make-coffee")
    assert (refused.exit_code, "read-messages" in refused.output) == (1, True)


def test_migrating_twice_changes_nothing(candour) -> None:
    assert candour("migrate").output == f"The database is already at version {migrate.newest()}.\n"


def test_a_database_that_was_never_migrated_is_named_with_what_to_do(
    candour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOUR_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    for words in (("job", "list"), ("token", "list"), ("serve",), ("work",)):
        refused = candour(*words)
        assert (refused.exit_code, "candour migrate" in refused.output) == (1, True)
    assert not (tmp_path / "none.sqlite3").exists()
    checked = candour("check")
    assert (checked.exit_code, "There is no database yet." in checked.output) == (1, True)


def test_a_database_out_of_reach_is_a_sentence(candour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOUR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for words in (("check",), ("job", "list"), ("migrate",)):
        assert candour(*words).exit_code == 1


def test_a_setting_that_makes_no_sense_is_named(candour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOUR_WEB_THREADS", "many")
    refused = candour("job", "list")
    assert (refused.exit_code, "CANDOUR_WEB_THREADS" in refused.output) == (1, True)


def test_the_check_names_everything_that_is_wrong_at_once(candour, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "CANDOUR_WEB_THREADS": "many",
        "CANDOUR_READ_BATCH": "2.5",
        "CANDOUR_COOKIE_SECURE": "perhaps",
        "CANDOUR_LOG_LEVEL": "LOUD",
        "CANDOUR_BASE_URL": "candour",
        "CANDOUR_DEFAULT_ZONE": "Middle-earth",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    checked = candour("check")
    to_mend = [line for line in checked.stdout.splitlines() if line.startswith("mend  ")]
    advice = [line for line in checked.stdout.splitlines() if line.startswith("      ")]
    assert checked.exit_code == 1
    assert [name for name in wrong if not any(name in line for line in to_mend)] == []
    assert len(to_mend) >= len(wrong)
    assert len(advice) == len(checked.stdout.splitlines()) - len(advice), "every finding says what to do"
    assert f"{len(to_mend)} of these must be mended" in checked.stderr
    assert "one of DEBUG, INFO, WARNING, ERROR" in checked.stdout


def test_any_other_command_names_all_settings_that_make_no_sense(candour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOUR_WEB_THREADS", "many")
    monkeypatch.setenv("CANDOUR_JOBS_IN_WEB", "perhaps")
    refused = candour("job", "list")
    assert refused.exit_code == 1
    assert "CANDOUR_WEB_THREADS must be a whole number, not 'many'." in refused.output
    assert "CANDOUR_JOBS_IN_WEB must be yes or no, not 'perhaps'." in refused.output


def test_a_sound_configuration_passes_the_check(candour) -> None:
    checked = candour("check")
    assert (checked.exit_code, "Nothing must be mended." in checked.output) == (0, True)


def test_a_port_that_is_taken_is_a_sentence_and_the_demo_is_not_thrown_away_first(candour, engine: Engine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for words in (("serve",), ("demo",), ("demo", "--reset")):
            refused = candour(*words, "--port", port)
            assert (refused.exit_code, f"Port {port} is in use already" in refused.output) == (1, True)
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Customer)).all() == []


def test_an_untouched_ledger_holds(candour) -> None:
    assert candour("consent", "verify").exit_code == 0


def test_customers_and_feedback_come_in_once_with_a_summary(candour, engine: Engine, tmp_path: Path) -> None:
    people, words = tmp_path / "customers.csv", tmp_path / "feedback.jsonl"
    people.write_text("external_ref,name,email\n4711,Ada,ada@example.org\n4712,Ben,\n,Nobody,\n")
    words.write_text(
        "".join(json.dumps(row) + "\n" for row in ({"t": "Fees!", "c": "4711"}, {"t": ""}, {"t": "Hours"}))
    )
    imported = candour("import", "customers", str(people))
    assert "3 rows: 2 added, 0 already there, 1 rejected." in imported.output
    options = ("import", "feedback", str(words), "--text-column", "t", "--customer-column", "c")
    assert "3 rows: 2 would be added" in candour(*options, "--dry-run").output
    assert "3 rows: 2 added, 0 already there, 1 rejected." in candour(*options).output
    assert "3 rows: 0 added, 2 already there, 1 rejected." in candour(*options).output
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 2
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 2
        report = session.scalars(sa.select(ImportRun.report).order_by(ImportRun.id)).first()
    assert report
    assert Path(report).exists()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"t": "Fees!"}, {"t": "Hours"}], 0),
        ([{"t": "Fees!"}, {"t": ""}], 3),
        ([{"t": ""}, {"t": "  "}], 1),
        ([], 0),
    ],
    ids=["every row is good", "some rows are bad", "only bad rows", "no rows at all"],
)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["for good", "only asked"])
def test_an_import_ends_with_a_code_that_says_how_it_went(
    candour, tmp_path: Path, rows: list[dict[str, str]], code: int, dry: tuple[str, ...]
) -> None:
    words = tmp_path / "feedback.jsonl"
    words.write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = candour("import", "feedback", str(words), "--text-column", "t", *dry)
    assert told.exit_code == code, told.output
    assert f"{len(rows)} rows: " in told.stdout


def test_a_file_that_is_there_already_is_no_failure(candour, tmp_path: Path) -> None:
    people = tmp_path / "customers.csv"
    people.write_text("external_ref,name,email\n4711,Ada,ada@example.org\n")
    assert [candour("import", "customers", str(people)).exit_code for _ in range(2)] == [0, 0]
    people.write_text("external_ref,name,email\n,Nobody,\n")
    assert candour("import", "customers", str(people)).exit_code == 1


def test_the_codes_of_an_import_are_in_its_help_and_in_the_handbook(candour) -> None:
    handbook = (Path(__file__).resolve().parents[3] / "docs" / "operations.md").read_text()
    for words in (("import", "--help"), ("import", "feedback", "--help"), ("import", "customers", "--help")):
        told = candour(*words).output
        assert [code for code in range(4) if not re.search(rf"\b{code} ", told.split("Exit code", 1)[-1])] == []
    assert "Exit codes of `candour import`" in handbook


def test_a_column_that_is_not_there_is_named(candour, tmp_path: Path) -> None:
    words = tmp_path / "feedback.csv"
    words.write_text("text\nHello\n")
    refused = candour("import", "feedback", str(words), "--text-column", "words")
    assert (refused.exit_code, "words" in refused.output) == (1, True)
    assert candour("import", "feedback", str(tmp_path / "none.csv"), "--text-column", "x").exit_code == 2


def test_every_option_is_explained(candour) -> None:
    def walk(command: click.Command) -> list[str]:
        context = click.Context(command)
        unexplained = [] if command.help else [command.name or ""]
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                unexplained += walk(inner) if inner else [name]
        return unexplained

    assert walk(main) == []
