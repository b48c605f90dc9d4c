"""What `candour check` says: each finding names what is so and what to do."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.health import findings
from portal.settings import Settings


@pytest.fixture
def sound(tmp_path: Path) -> Settings:
    """Settings of a portal in production, on a database that is not there yet: that one finding is always made."""
    return Settings(
        instance=str(tmp_path),
        secret_key="a key for tests only, long enough to be taken seriously",
        base_url="https://candour.example.org",
        trusted_hosts="candour.example.org",
        cookie_secure=True,
        smtp_url="smtp://localhost:25",
    )


def said(settings: Settings) -> list[str]:
    found = [str(finding) for finding in findings(settings)]
    assert all(len(text.splitlines()) == 2 for text in found), "what is so, and what to do"
    return [text for text in found if "There is no database yet." not in text]


def test_a_sound_configuration_has_no_findings(sound: Settings) -> None:
    assert said(sound) == []


def test_a_database_that_is_not_there_is_the_first_thing_to_mend(sound: Settings) -> None:
    first = findings(sound)[0]
    assert (first.serious, str(first)) == (True, "There is no database yet.\nRun `candour migrate`.")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"secret_key": "short"}, "CANDOUR_SECRET_KEY is short"),
        ({"base_url": "candour"}, "CANDOUR_BASE_URL is not an address"),
        ({"base_url": "http://candour.example.org"}, "nobody could stay signed in"),
        ({"cookie_secure": False}, "without encryption"),
        ({"trusted_hosts": ""}, "any host name"),
        ({"trusted_hosts": "other.example.org"}, "refuses its own address"),
        ({"smtp_url": "localhost"}, "not the address of a mail server"),
        ({"smtp_url": ""}, "No mail leaves"),
        ({"mail_from": "Harbour Bank"}, "CANDOUR_MAIL_FROM has no address"),
        ({"languages": "en,tlh"}, "not translated into the languages named in CANDOUR_LANGUAGES: tlh"),
        ({"languages": ""}, "not translated"),
        ({"default_zone": "Middle-earth"}, "not a time zone"),
        ({"web_threads": 0}, "CANDOUR_WEB_THREADS must be at least 1"),
        ({"live_streams": 12}, "every thread"),
        ({"instance": "/proc/nowhere"}, "cannot be written to"),
    ],
)
def test_each_thing_that_is_wrong_is_said(sound: Settings, change: dict[str, object], words: str) -> None:
    assert any(words in text for text in said(replace(sound, **change))), said(replace(sound, **change))


def test_on_ones_own_machine_nothing_serious_is_wrong_with_the_defaults(tmp_path: Path) -> None:
    serious = [finding for finding in findings(Settings(instance=str(tmp_path))) if finding.serious]
    assert [str(finding).splitlines()[0] for finding in serious] == ["There is no database yet."]


def test_a_database_out_of_reach_is_a_finding_and_not_a_crash(sound: Settings) -> None:
    found = findings(replace(sound, database_url="nonsense://x"))
    assert "cannot be reached" in str(found[0])
