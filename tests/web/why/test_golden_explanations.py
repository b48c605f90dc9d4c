"""The very words in which each rule explains itself, in every language: a change of one is seen and meant.

After changing words on purpose: `.venv/bin/python -m tests.web.why.golden` writes the file anew; read the difference.
"""

import pytest

from tests.web.why import golden


@pytest.mark.parametrize("language", golden.LANGUAGES)
def test_each_reason_and_each_remedy_is_said_as_agreed(language: str) -> None:
    assert golden.said(language) == golden.agreed()[language]


def test_every_code_is_said_in_every_language_and_no_two_languages_say_it_alike() -> None:
    told = golden.agreed()
    assert set(told) == set(golden.LANGUAGES)
    for code, english in told["en"].items():
        others = [told[language][code] for language in golden.LANGUAGES if language != "en"]
        assert english not in others, code
        assert all(others), code
