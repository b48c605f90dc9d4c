"""A browser is named in words; what it calls itself in full helps nobody who looks where they are signed in."""

import pytest

from portal.web import browsers

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (CHROME.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64") + " Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Firefox/140.0", "Firefox on Android"),
        ("curl/8.9", "curl"),
        ("", "Unknown browser"),
        (None, "Unknown browser"),
    ],
)
def test_a_browser_is_named_with_the_system_it_runs_on(agent: str | None, words: str) -> None:
    assert browsers.named(agent) == words
