"""`python -m nlp`: files in, readings out, and nothing lost on the way."""

import json
import os
from pathlib import Path

import pytest

from nlp.__main__ import main
from nlp.metrics import accuracy, calibration_error, label_scores, macro_f1


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_csv_is_read_and_its_bad_rows_are_reported_with_line_and_reason(tmp_path: Path) -> None:
    source, out = tmp_path / "feedback.csv", tmp_path / "readings.jsonl"
    source.write_bytes(
        b"\xef\xbb\xbfid,words\n1,The fee is too high\n2,\n3,caf\xe9 closed\n"
        b'4,"two\nlines, not good"\n5,Il conto\x00,extra\n6,great service\n'
    )
    assert main(["read", str(source), "--text-column", "words", "--out", str(out)]) == 1
    assert [row["id"] for row in lines(out)] == ["1", "4", "6"]
    reports = {row["line"]: row["reason"] for row in lines(tmp_path / "readings.bad.jsonl")}
    assert reports == {3: "empty text in 'words'", 4: "not valid UTF-8", 7: "more fields than columns"}


def test_json_lines_are_read_and_bad_ones_reported(tmp_path: Path) -> None:
    source, out, bad = tmp_path / "f.jsonl", tmp_path / "r.jsonl", tmp_path / "bad.jsonl"
    rows = [
        b'{"text": "I love it", "id": 7}',
        b"",
        b"{nonsense",
        b'{"text": 5}',
        b"[1]",
        b'{"text": "caf\xe9"}',
        b'{"text": "\\ud800 slow app"}',
    ]
    source.write_bytes(b"\n".join(rows))
    assert main(["read", str(source), "--out", str(out), "--bad", str(bad)]) == 1
    assert [row["line"] for row in lines(out)] == [1, 7]
    assert [row["line"] for row in lines(bad)] == [3, 4, 5, 6]


def test_no_personal_data_is_written_beside_the_readings(tmp_path: Path) -> None:
    source, out = tmp_path / "f.jsonl", tmp_path / "r.jsonl"
    told = "Delete my account 12345678, mail lena@example.org, card 4111 1111 1111 1111 was stolen"
    source.write_text(json.dumps({"text": told}) + "\n", encoding="utf-8")
    main(["read", str(source), "--out", str(out)])
    written = out.read_text(encoding="utf-8")
    assert [found["kind"] for found in json.loads(written)["pii"]] == ["account", "email", "card"]
    assert not any(secret in written for secret in ("12345678", "lena", "4111", "1111"))


def test_a_clean_file_leaves_no_report(tmp_path: Path) -> None:
    source, out = tmp_path / "f.jsonl", tmp_path / "r.jsonl"
    source.write_text('{"text": "I love it"}\n', encoding="utf-8")
    assert main(["read", str(source), "--out", str(out)]) == 0
    assert not (tmp_path / "r.bad.jsonl").exists()


@pytest.mark.parametrize(("name", "content"), [("f.txt", "hello"), ("f.csv", "other\n1\n")])
def test_a_file_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, name: str, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert main(["read", str(tmp_path / name), "--out", str(tmp_path / "r.jsonl")]) == 2
    assert name in capsys.readouterr().err


def test_an_evaluation_prints_the_reader_beside_the_baselines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "labels.jsonl"
    rows = [
        ("The fee is too high", "neg"),
        ("great service", "pos"),
        ("What is the rate?", "neu"),
        ("app crashes", "neg"),
    ]
    source.write_text("\n".join(json.dumps({"text": text, "label": label}) for text, label in rows), encoding="utf-8")
    assert main(["evaluate", str(source), "--task", "sentiment"]) == 0
    printed = capsys.readouterr().out
    assert all(voice in printed for voice in ("reader", "majority", "TextBlob", "VADER", "ECE", "texts/s"))
    assert "accuracy 1.000" in printed.splitlines()[0]


def test_an_evaluation_without_labels_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "labels.jsonl"
    source.write_text('{"text": "hello"}\n', encoding="utf-8")
    assert main(["evaluate", str(source), "--task", "needs"]) == 2
    assert "need" in capsys.readouterr().err


def test_similar_texts_are_judged_by_their_known_duplicates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "dups.jsonl"
    rows = [("a", "dark mode please", ["b"]), ("b", "please a dark mode", ["a"]), ("c", "more cash machines", [])]
    source.write_text(
        "\n".join(json.dumps({"key": key, "text": text, "duplicates": dups}) for key, text, dups in rows),
        encoding="utf-8",
    )
    assert main(["evaluate", str(source), "--task", "similar"]) == 0
    assert "accuracy 1.000" in capsys.readouterr().out


def test_a_text_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "You charged me twice"]) == 0
    assert "reliability unmet" in capsys.readouterr().out


def test_the_measures_are_what_their_names_say() -> None:
    truth, told = ["a", "a", "b", "c"], ["a", "b", "b", "b"]
    assert accuracy(truth, told) == 0.5
    assert label_scores(truth, told)["b"].precision == pytest.approx(1 / 3)
    assert macro_f1(truth, told) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert calibration_error([1.0, 1.0, 0.5, 0.5], [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([0.9, 0.9], [False, False]) == pytest.approx(0.9)


@pytest.mark.skipif("CANDOUR_DATA" not in os.environ, reason="CANDOUR_DATA names no folder with labelled texts")
@pytest.mark.parametrize(
    ("file", "task", "least"),
    [
        ("needs_bank_v0.train.jsonl", "needs", 0.70),
        ("sent_yelp.train.jsonl", "sentiment", 0.72),
        ("sent_vadergt_tweets.train.jsonl", "sentiment", 0.60),
    ],
)
def test_the_reader_holds_its_figures_on_public_labels(
    file: str, task: str, least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(os.environ["CANDOUR_DATA"]) / file
    assert main(["evaluate", str(path), "--task", task, "--limit", "800"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert float(first.split("accuracy")[1].split()[0]) >= least
