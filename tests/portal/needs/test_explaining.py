"""Why a claim is made is computed by reading again without its words, and costs no more for a long letter."""

from nlp import Reader, Reading
from portal import needs
from portal.needs import Claim, Explained
from portal.needs.explaining import STAGES

FEE = "The fee is too high. I walked along the harbour with my dog yesterday."


class Counting(Reader):
    """The reader, counting what it is asked to read."""

    __slots__ = ("asked",)

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.taxonomy)
        self.asked: list[str] = []

    def read(self, text: str) -> Reading:
        self.asked.append(text)
        return super().read(text)


def with_counting(text: str) -> tuple[Explained, Counting]:
    found = needs.explained(text)
    reader = Counting(found.reader)
    return Explained(found.text, found.reading, found.claims, reader), reader


def need(found: Explained, key: str) -> Claim:
    claim = found.claim("need", key)
    assert claim is not None
    return claim


def test_every_stage_tells_what_it_claims_in_the_readers_order() -> None:
    found = needs.explained(FEE)
    assert tuple(step.key for step in found.steps) == STAGES
    assert {claim for step in found.steps for claim in step.claims} == set(found.claims)


def test_stages_that_did_not_run_are_not_told() -> None:
    found = needs.explained("Vorrei sapere perché avete addebitato due volte la commissione sul mio bonifico.")
    assert [step.key for step in found.steps] == ["personal", "safety", "language", "urgency"]


def test_without_its_words_a_claim_is_gone() -> None:
    found = needs.explained(FEE)
    [change] = found.would_change(need(found, "cost"))
    assert change.outcome == "gone"
    assert "too high" in FEE[slice(*change.spans[0])]


def test_where_too_little_would_be_left_that_is_said() -> None:
    found = needs.explained("The fee is too high.")
    [change] = found.would_change(need(found, "cost"))
    assert change.outcome == "unread"


def test_words_that_carry_a_claim_together_are_left_out_together() -> None:
    found = needs.explained("The fee is too high. The charges are too high as well.")
    changes = found.would_change(need(found, "cost"))
    assert changes[-1].outcome == "gone"
    assert len(changes[-1].spans) == 2
    assert all(change.outcome != "gone" for change in changes[:-1])


def test_a_long_letter_is_read_again_once() -> None:
    found, reader = with_counting("The fee is too high. I walked along the harbour with my dog. " * 80)
    found.would_change(need(found, "cost"))
    assert len(reader.asked) == 1
    assert "too high" not in reader.asked[0]


def test_a_short_text_is_read_again_a_few_times_at_most() -> None:
    found, reader = with_counting("The fee is too high. " * 12)
    found.would_change(need(found, "cost"))
    assert 1 <= len(reader.asked) <= 9
