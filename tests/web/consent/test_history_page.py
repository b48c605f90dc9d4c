"""The customer reads how what they allow stood at the end of any day."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from tests.cast import Cast, sign_in
from tests.people import ask_for, says


@pytest.fixture(autouse=True)
def adas_choices(session: Session, cast: Cast, client: FlaskClient) -> None:
    ask_for(session, "needs")
    now = clock.utc_now()
    says(session, cast.ada, "needs", "granted", now - timedelta(days=20))
    says(session, cast.ada, "needs", "withdrawn", now - timedelta(days=10))
    session.commit()
    sign_in(client, "ada@example.org")


def stood(client: FlaskClient, days_ago: int) -> str:
    day = (clock.utc_now() - timedelta(days=days_ago)).date()
    answer = client.get(f"/me/consent/history?on={day}")
    assert answer.status_code == 200
    return answer.text.split('id="then"')[1].split("</table>")[0]


def test_each_day_is_told_as_it_was_known(client: FlaskClient) -> None:
    assert "You have not been asked." in stood(client, 30)
    assert "You said yes." in stood(client, 15)
    assert "You said no." in stood(client, 5)
    assert "You said no." in stood(client, 0)


@pytest.mark.parametrize("day", ["2999-01-01", "0001-01-01", "9999-12-31", "yesterday"])
def test_a_day_that_cannot_be_told_is_said_and_left_out(client: FlaskClient, day: str) -> None:
    answer = client.get(f"/me/consent/history?on={day}")
    assert answer.status_code == 422
    assert "This list does not know" in answer.text
    assert 'id="then"' not in answer.text
