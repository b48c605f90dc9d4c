"""Consents brought in at a terminal, the difference first; and labels, as somebody's reviews."""

import json
from pathlib import Path

from sqlalchemy.engine import Engine

from portal import db
from tests import people


def test_consents_are_shown_first_and_applied_when_asked(candour, engine: Engine, tmp_path: Path) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        people.customer(session, "Ada")
    file = tmp_path / "consents.csv"
    file.write_text("WHO,purpose,answer\nada@example.org,marketing,no\nnobody,marketing,yes\n")
    shown = candour("import", "consents", str(file), "--customer-column", "WHO")
    assert shown.exit_code == 3
    assert "1 kept, changing nothing that is allowed" in shown.output
    assert "Nothing has changed yet." in shown.output
    assert (
        "1 entries written." in candour("import", "consents", str(file), "--customer-column", "WHO", "--apply").output
    )
    odd = candour("import", "consents", str(file))
    assert (odd.exit_code, "no column “customer”" in odd.output) == (1, True)


def test_labels_come_in_as_reviews_of_who_is_named(candour, engine: Engine, tmp_path: Path) -> None:
    candour("user", "add", "--email", "priya@example.org", "--name", "Priya", "--role", "product")
    file = tmp_path / "labels.jsonl"
    rows = ({"t": "The fee is far too high.", "n": ["cost:unmet"]}, {"t": "Open on Sundays?", "n": "parking"})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    options = ("import", "labels", str(file), "--text-column", "t", "--needs-column", "n", "--by", "priya@example.org")
    assert "2 rows: 1 would be added" in candour(*options, "--dry-run").output
    told = candour(*options)
    assert "1 texts are reviews of Priya now, 0 were gone through before." in told.output
    assert "Settled: need 1." in told.output
    assert "drawn with the seed 7" in told.output
    assert (told.exit_code, "2 rows: 1 added, 0 already there, 1 rejected." in told.output) == (3, True)
    assert "0 texts are reviews of Priya now, 1 were gone through before." in candour(*options).output
    nobody = candour(*options[:-1], "nobody@example.org")
    assert "Nobody here has the address nobody@example.org." in nobody.output
