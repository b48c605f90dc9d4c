"""Files of consents as they come: marks, quotes, bad bytes, columns of another name, files of no use."""

from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from portal import db, importing
from portal.errors import Conflict, Invalid
from portal.settings import Settings
from tests import people
from tests.portal.importing.bringing import rows_in, staged


def test_marks_quotes_and_columns_of_another_name_are_understood(
    engine: Engine, settings: Settings, now: datetime
) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        people.customer(session, "Ada", external_ref="no-Ada")
    content = b"\xef\xbb\xbfCUST,"
    content += b'purpose,answer,evidence,SIGNED\r\nno-Ada,marketing,yes,"receipt 7,\n""front""",2026-11-01\r\n'
    content += b"b\xff,x,y,,\r\n"
    batch = staged(engine, settings, content, now, customer="CUST", at="SIGNED")
    rows = rows_in(engine, batch)
    assert [row.outcome for row in rows] == ["refused", "refused"]  # an evidence of two lines, a byte that is no UTF-8
    assert "evidence" in rows[0].reason
    lines = b'{"customer": "no-Ada", "purpose": "marketing", "answer": "no"}\n{"customer": "a\\u0000"}\nnonsense\n'
    batch = staged(engine, settings, lines, now, name="consents.jsonl")
    assert [row.outcome for row in rows_in(engine, batch)] == ["noted", "refused", "refused"]


def test_a_file_that_cannot_be_used_says_why(engine: Engine, settings: Settings, now: datetime) -> None:
    batch = staged(engine, settings, b"who,purpose,answer\na,b,c\n", now)
    assert batch.state == "unusable"
    assert "“consents.csv” has no column “customer”. It has: who, purpose, answer." in batch.fault
    with db.writing(engine) as session:
        for name, content, code in (("a.xls", b"x", "unknown-file-kind"), ("a.csv", b" \n", "empty-file")):
            with pytest.raises(Invalid) as refused:
                importing.take_in(session, name=name, content=content, columns={}, by="Ines", now=now)
            assert refused.value.code == code
        with pytest.raises(Conflict):
            importing.ask_apply(session, importing.batch_by_ref(session, batch.ref), by="Ines", now=now)
        assert importing.discard(session, importing.batch_by_ref(session, batch.ref))
