"""Every code that the rules can give has words, and the words ask only for parameters the rules give."""

import re
from pathlib import Path

import pytest

from portal.segments import CAUSES
from portal.treatment import CLASSES, RULES, care, ground, pace
from portal.treatment.rules import SOONER
from portal.web import many_words, wording

SOURCE = "".join(Path(str(one.__file__)).read_text(encoding="utf-8") for one in (ground, care, pace))
LEDGER = (
    "denied", "not-asked", "expired", "void", "stopped", "retired", "no-such-purpose", "channel-off", "topic-off",
    "objected", "unproven", "out-of-scope",
)  # fmt: skip
FACTS = {"in-app", "not-needed", "channel-off", "topic-off"}
FORMED = {"mark-bereaved", "mark-court", "minor-without-guardian", "guardian-without-guardian"}
EVENTS = {"hard-bounce", "spam-complaint"}
CODES = sorted(
    (set(re.findall(r'"([a-z]+(?:-[a-z]+)+|erased|objected|paused|cap|control)"', SOURCE)) | FORMED | EVENTS)
    - FACTS
    - set(RULES)
    - set(ground.MISNAMED.values())
    | {"control"}
)
REMEDIES = sorted(
    set(re.findall(r'remedy="([a-z-]+)"', SOURCE))
    | {"resume", *ground.MISNAMED.values(), *(act for act, _then in SOONER.values())}
)


@pytest.mark.parametrize("code", [*(f"consent-{code}" for code in LEDGER), *CODES])
def test_every_code_has_a_sentence(code: str) -> None:
    if code in REMEDIES:
        assert code in wording.REMEDIES
    else:
        assert code in wording.REASONS


STOPS = sorted(
    set(re.findall(r'"(?:deny|hold)", "([a-z-]+)"', SOURCE))
    | FORMED | EVENTS | {"address-unverified", "no-address", "old", "joint-revoked", "cap", "cap-channel", "cap-topic"}
    | {"cap-all", "own-budget", "cooldown-negative", "cooldown-spam"}
)  # fmt: skip


@pytest.mark.parametrize("code", [*LEDGER, *STOPS])
def test_every_reason_of_many_has_a_sentence_of_its_own(code: str) -> None:
    assert "%(" not in str(many_words.REASONS[code.removeprefix("consent-")])


def test_rules_classes_and_causes_all_have_names() -> None:
    assert set(RULES) == set(wording.RULES)
    assert set(CLASSES) == set(wording.CLASSES)
    assert set(CAUSES) == set(wording.CAUSES) == set(wording.OWN_CAUSES) == set(wording.SHORT_CAUSES)


def test_the_codes_found_are_many() -> None:
    assert len(CODES) > 60
    assert set(REMEDIES) == set(wording.REMEDIES)
