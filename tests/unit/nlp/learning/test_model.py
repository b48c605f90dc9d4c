"""From labels to a reader that has learned: on a small made-up company whose words no dictionary knows."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import Reader
from nlp.learning import Label, Model, ModelError, Trained, from_files, load, save, to_files, train
from nlp.reading import Span

PRAISED = ["the widget zings", "my zapper zings again", "zings like new", "it zings all day", "the box zings"]
BLAMED = ["the widget clonks", "my zapper clonks again", "clonks like old", "it clonks all day", "the box clonks"]
TELLING = ["on monday", "since the update", "in the kitchen", "at the office", "when I travel", "for my mother"]
NEUTRAL = ["I wrote to you about the box", "the parcel is on the table", "we have two of them at home"]


def made_up() -> list[Label]:
    rows = [(text, "positive") for text in PRAISED] + [(text, "negative") for text in BLAMED]
    rows += [(text, "neutral") for text in NEUTRAL]
    return [Label(f"{text} {more}", sentiment=feeling) for more in TELLING for text, feeling in rows]


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(made_up(), Reader.default(), number=3, at="2026-11-23", tasks=("sentiment",))


@pytest.fixture(scope="module")
def reader(trained: Trained) -> Reader:
    return Reader(Reader.default().taxonomy, trained.model)


def test_words_of_the_company_are_learned_and_named_with_the_model(reader: Reader) -> None:
    told = reader.read("The new one clonks every morning").sentiment
    assert told is not None
    assert (told.label, told.source) == ("negative", "model v3")
    assert told.is_estimate
    assert [span.text for span in told.spans] == ["clonks"]
    assert reader.version.endswith("; model v3")


def test_without_its_words_a_learned_claim_falls(reader: Reader) -> None:
    told = reader.read("This happened to us yesterday").sentiment
    assert told is not None
    assert told.label == "neutral"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["clonks", "zings", "the", "box", "not", "!", "great", "awful", "😀", "a@b.example"])))
def test_spans_lie_in_the_text_and_carry_every_learned_feeling(reader: Reader, words: list[str]) -> None:
    text = " ".join(words)
    told = reader.read(text).sentiment
    if told is None or not told.source.startswith("model") or told.label == "neutral":
        return
    assert told.spans
    assert all(text[span.start : span.end] == span.text for span in told.spans)
    assert not any("@" in span.text for span in told.spans)


def test_a_saved_model_reads_the_same_as_the_one_that_was_saved(
    trained: Trained, reader: Reader, tmp_path: Path
) -> None:
    save(trained.model, tmp_path / "m")
    again = Reader.load(tmp_path / "m")
    texts = [label.text for label in made_up()] + ["", "Il servizio è pessimo", "great, not"]
    assert again.read_many(texts) == reader.read_many(texts)
    assert again.model is not None
    assert again.model.info == trained.model.info


@pytest.mark.parametrize("name", ["features.json", "rarity.npy", "words.npy"])
def test_a_changed_file_is_refused(trained: Trained, tmp_path: Path, name: str) -> None:
    save(trained.model, tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[-3] ^= 1
    (tmp_path / name).write_bytes(bytes(content))
    with pytest.raises(ModelError, match=name):
        load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match=name):
        load(tmp_path)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.json"):
        load(tmp_path)
    with pytest.raises(ModelError, match="no folder"):
        Reader.load(tmp_path / "nowhere")


def test_an_array_that_could_run_something_is_refused_even_with_the_right_hash(trained: Trained) -> None:
    files = to_files(trained.model)
    hostile = np.array([{"a": 1}], dtype=object)
    buffer = io.BytesIO()
    np.save(buffer, hostile, allow_pickle=True)
    files["words.npy"] = buffer.getvalue()
    manifest = json.loads(files["model.json"])
    manifest["sha256"]["words.npy"] = hashlib.sha256(files["words.npy"]).hexdigest()
    files["model.json"] = json.dumps(manifest).encode()
    with pytest.raises(ModelError, match=r"words\.npy"):
        from_files(files)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            Label,
            text=st.sampled_from(["slow", "I love it", "fees are too high", "?", "", "Il conto", "\ud800 odd"]),
            sentiment=st.sampled_from([None, "negative", "positive", "mixed"]),
            needs=st.sampled_from([None, (), ("speed",), ("cost", "speed")]),
            intents=st.sampled_from([None, (), ("idea",), ("bug", "question")]),
            weight=st.sampled_from([1.0, 3.0]),
        ),
        max_size=40,
    )
)
def test_few_or_odd_labels_never_raise_and_the_reader_still_reads(labels: list[Label]) -> None:
    model = train(labels, Reader.default()).model
    Reader(Reader.default().taxonomy, model).read("The fees are too high, please add a search!")


def test_too_few_labels_and_one_label_only_leave_the_cold_reader_as_it_is() -> None:
    few = train([Label("it clonks", "negative")], Reader.default())
    alike = train([Label(f"it clonks {more} {n}", "negative") for n in range(6) for more in TELLING], Reader.default())
    none = train([], Reader.default())
    assert [one.reason for one in few.outcomes] == ["too_few"]
    assert [one.reason for one in alike.outcomes] == ["one_label"]
    assert none.outcomes == ()
    for model in (few.model, alike.model, none.model):
        assert model.tasks == ()
        cold, learned = Reader.default().read("I love it").sentiment, Reader(Reader.default().taxonomy, model)
        assert learned.read("I love it").sentiment == cold


def test_the_same_labels_give_the_same_model(trained: Trained) -> None:
    again = train(made_up(), Reader.default(), number=3, at="2026-11-23", tasks=("sentiment",))
    assert to_files(again.model) == to_files(trained.model)


def test_no_text_is_kept_in_a_model(trained: Trained) -> None:
    stored = b" ".join(to_files(trained.model).values())
    assert b"my zapper clonks again on monday" not in stored
    assert isinstance(trained.model, Model)


def test_needs_of_several_labels_and_ideas_are_learned_too() -> None:
    labels = [
        Label(f"{text} {more}", needs=needs, intents=intents)
        for more in TELLING
        for text, needs, intents in [
            ("the frobber is dear and late", ("cost", "speed"), ("complaint",)),
            ("the frobber is dear", ("cost",), ("complaint",)),
            ("the frobber came late", ("speed",), ("complaint",)),
            ("let us frobnicate online", (), ("idea",)),
        ]
    ]
    learned = Reader(Reader.default().taxonomy, train(labels, Reader.default()).model)
    reading = learned.read("my frobber is dear and it came late")
    assert {claim.need for claim in reading.needs} >= {"cost", "speed"}
    assert "idea" in {claim.intent for claim in learned.read("let us frobnicate at home").intents}
    assert all(isinstance(span, Span) for claim in reading.needs for span in claim.spans)


def test_who_has_few_labels_learns_from_the_phrases_of_the_taxonomy_as_well() -> None:
    seeds = Reader.default().need_seeds
    assert {need for _, need in seeds} == set(Reader.default().need_keys)
    dear = [Label(f"the frobber is dear {more} {n}", needs=("cost",)) for n in range(2) for more in TELLING]
    late = [Label(f"the frobber came late {more} {n}", needs=("speed",)) for n in range(2) for more in TELLING]
    learned_from = train(dear + late, Reader.default(), tasks=("needs",))
    only_in_seeds = {word for text, need in seeds if need == "cost" for word in text.lower().split()} - {
        word for label in dear + late for word in label.text.split()
    }
    assert only_in_seeds & learned_from.model.vocabulary.words.keys()
    assert learned_from.outcomes[0].rows == len(dear + late)
