"""What each page costs in statements: at most six, whatever there is to show; what still takes more is named here."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Connection, Engine

from portal import accounts, clock, conversations, db, demo, ideas, merging, needs, rights, treatment
from portal.app import create_app
from portal.conversations import Conversation
from portal.settings import Settings
from tests.cast import sign_in
from tests.company import Company as Small
from tests.portal.importing import bringing as importing_

MOST = 6
MORE = {
    "admin.home": 7,
    "open.thread": 10,
    "customer.conversation": 9,
    "customer.why": 13,
    "customer.why_decision": 7,
    "customer.download": 50,
    "customer.download_archive": 50,
    "team.inbox": 17,
    "analyst.template_new": 7,
    "analyst.template_edit": 7,
    "team.conversation": 18,
    "team.alike": 7,
    "team.idea": 7,
    "analyst.campaign": 11,
    "analyst.campaign_csv": 8,
    "analyst.decision": 8,
    "analyst.rule": 8,
    "analyst.rule_edit": 8,
    "analyst.trust": 8,
    "analyst.segment": 15,
}
"""Pages that gather from more places than six statements reach. Each figure may only be lowered."""
NOT_PAGES = {"static", "customer.live_events"}
"""A file, and a stream that does not end."""
WHO = {"open": "ada", "customer": "ada", "team": "priya", "analyst": "omar", "admin": "ines"}
Company = tuple[Flask, Engine, dict[str, FlaskClient]]

OWN = "JOIN accounts ON accounts.customer_id = {0}.customer_id WHERE accounts.email = 'ada@example.org'"
LONGEST = """SELECT ref FROM conversations
    ORDER BY (SELECT count(*) FROM messages WHERE conversation_id = conversations.id) DESC, id"""
BY_CODE = "SELECT receipt_code FROM conversations WHERE customer_id IS NULL AND origin <> 'import'"
TAGGED = """SELECT conversations.{0}, tags.id FROM tags JOIN messages ON messages.id = tags.message_id
    JOIN conversations ON conversations.id = messages.conversation_id {1} ORDER BY length(messages.text) DESC"""
VALUES = {
    "open.idea": "SELECT ref FROM ideas WHERE hidden_at IS NULL ORDER BY comments DESC, votes DESC",
    "open.idea_edit": f"SELECT ideas.ref FROM ideas {OWN.format('ideas')}",
    "open.receipt": f"SELECT code FROM receipts {OWN.format('receipts')}",
    "open.receipt_file": f"""SELECT code FROM receipts {OWN.format("receipts")} AND kind = 'consent'
        ORDER BY length(body) DESC""",
    "open.said": BY_CODE,
    "open.thread": BY_CODE,
    "open.thread_latest": BY_CODE,
    "open.thread_tag": TAGGED.format("receipt_code", "WHERE conversations.customer_id IS NULL AND origin <> 'import'"),
    "open.notice": "SELECT purpose_key, version FROM notices WHERE published_at IS NOT NULL",
    "customer.conversation": f"SELECT conversations.ref FROM conversations {OWN.format('conversations')}",
    "customer.conversation_tag": TAGGED.format("ref", f"{OWN.format('conversations')} AND tags.kind = 'need'"),
    "customer.why_decision": f"SELECT decisions.ref FROM decisions {OWN.format('decisions')}",
    "team.allowed": """SELECT customers.ref FROM customers JOIN accounts ON accounts.customer_id = customers.id
        WHERE accounts.email = 'ada@example.org'""",
    "team.marks": "SELECT ref FROM customers WHERE id IN (SELECT customer_id FROM marks)",
    "team.idea": "SELECT ref FROM ideas ORDER BY comments DESC, votes DESC",
    "team.conversation": LONGEST,
    "team.tag_review": TAGGED.format("ref", "WHERE tags.id IN (SELECT tag_id FROM signals)"),
    "team.alike": """SELECT conversations.ref, messages.ref FROM messages
        JOIN conversations ON conversations.id = messages.conversation_id WHERE messages.author = 'customer'""",
    "analyst.decision": "SELECT ref FROM decisions ORDER BY id DESC",
    "analyst.rule": "SELECT key FROM treatment_rules",
    "analyst.rule_edit": "SELECT key FROM treatment_rules",
    "analyst.policy": "SELECT version FROM policies ORDER BY version DESC",
    "analyst.campaign": "SELECT key FROM campaigns",
    "analyst.campaign_csv": "SELECT key FROM campaigns",
    "analyst.campaign_edit": "SELECT key FROM campaigns",
    "analyst.template": "SELECT key FROM message_templates",
    "analyst.template_edit": "SELECT key FROM message_templates",
    "analyst.template_preview": "SELECT key, version FROM message_templates",
    "analyst.segment": "SELECT key FROM segments ORDER BY id",
    "analyst.segment_edit": "SELECT key FROM segments ORDER BY id",
    "analyst.segment_members": "SELECT key FROM segments ORDER BY id",
    "analyst.segment_members_csv": "SELECT key FROM segments ORDER BY id",
    "analyst.segment_sizes_csv": "SELECT key FROM segments ORDER BY id",
    "admin.gateway_message": "SELECT ref FROM gateway_messages",
    "admin.outbox_mail": "SELECT id FROM outbox_messages",
    "admin.purpose": "SELECT key FROM purposes ORDER BY position",
    "admin.notice": "SELECT id FROM notices",
    "admin.system": "SELECT ref FROM downstream_systems",
    "admin.register": "SELECT id FROM call_registers",
    "admin.request_page": "SELECT ref FROM rights_requests",
    "admin.merge_page": "SELECT ref FROM customer_merges",
    "admin.import_page": "SELECT ref FROM consent_batches",
    "admin.import_csv": "SELECT ref FROM consent_batches",
    "open.erased": "SELECT code FROM erasures",
    "admin.taxonomy_version": "SELECT based_on FROM taxonomy_versions",
    "admin.taxonomy_file": "SELECT based_on FROM taxonomy_versions",
    "admin.draft_need": "SELECT value FROM tags WHERE kind = 'need'",
}
"""Where the values of an address come from. An endpoint with values must be here or in `BY_MAIL`."""
BY_MAIL = {"open.address", "open.confirm", "open.new_password", "open.stop"}
"""Opened with a token that stands only in a letter."""


@pytest.fixture(scope="module")
def company(small_company: Small, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A small demo company with everybody signed in. SQLite only: the statements are the same on PostgreSQL."""
    settings = small_company.copy(tmp_path_factory.mktemp("counted"))
    engine = db.make_engine(settings.url)
    now = clock.utc_now()
    with db.writing(engine) as session:
        ada = accounts.customer_by_email(session, "ada@example.org")
        colleague = accounts.account_by_email(session, "omar@example.org")
        assert ada is not None
        assert colleague is not None
        conversations.submit(session, customer=None, text="The queue in the branch was long.", now=now)
        for conversation in session.scalars(sa.select(Conversation).where(Conversation.customer_id.is_not(None))):
            conversations.assign(session, conversation, colleague, now=now)  # naming who answers costs a statement
        for number in range(30):
            ideas.propose(session, ada, title=f"Wish {number}", text="A wish of mine.", board="Cards", now=now)
        rights.ask(session, ada, kind="complaint", words="You wrote to me too often.", now=now)
        rights.certify(session, ada.id, by="portal", reason="asked", counts={"tags": 1}, kept=[], now=now)
        needs.start_draft(session, by="Ines", now=now)
    with db.writing(engine) as session:
        treatment.set_mark(session, ada.id, "vulnerable", note="Letter 7", by="Priya", now=now)
        treatment.set_holder(session, ada.id, "Ben", "asked", note="Letter 8", by="Priya", now=now)
        treatment.stage_register(session, treatment.LineList(["442"], name="tps", taken_at=now), by="Ines", now=now)
        twins = [accounts.add_customer(session, name="Dora", email=None, now=now) for _one in range(2)]
        merging.merge(session, *twins, verified=False, how="By phone", by="Ines", now=now)
    importing_.staged(engine, settings, b"customer,purpose,answer\nada@example.org,marketing,no\nnobody,x,y\n", now)
    needs.read_waiting(engine, clock=clock.utc_now, worker="test")
    app = create_app(settings)
    browsers = {name: app.test_client() for name in set(WHO.values())}
    for name, browser in browsers.items():
        sign_in(browser, f"{name}@example.org", demo.PASSWORD)
    yield app, engine, browsers
    engine.dispose()


def pages(app: Flask) -> list[str]:
    """Every endpoint a person opens with a browser."""
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(one for one in found if one.split(".")[0] in WHO and one not in NOT_PAGES | BY_MAIL)


def address(app: Flask, connection: Connection, endpoint: str) -> str:
    """An address of the endpoint, with the values that show most."""
    rule = next(app.url_map.iter_rules(endpoint))
    if not rule.arguments:
        return str(rule.rule)
    assert endpoint in VALUES, f"{endpoint} has values; say in VALUES where they come from."
    values = iter(connection.execute(sa.text(f"{VALUES[endpoint]} LIMIT 1")).one())
    return re.sub(r"<[^>]+>", lambda _match: str(next(values)), str(rule.rule))


def counted(ask: Callable[[], object]) -> list[str]:
    """The statements that `ask` sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            sent.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
    return sent


EVERY_PAGE = pages(create_app(Settings(secret_key="a key for tests only, to look at the map of addresses")))


@pytest.mark.usefixtures("looked_once")
@pytest.mark.parametrize("endpoint", EVERY_PAGE)
def test_a_page_takes_few_statements(company: Company, endpoint: str) -> None:
    app, engine, browsers = company
    with engine.connect() as connection:
        place = address(app, connection, endpoint)
    browser = browsers[WHO[endpoint.split(".")[0]]]
    assert browser.get(place).status_code < 400, place
    sent = counted(lambda: browser.get(place))
    assert len(sent) <= MORE.get(endpoint, MOST), f"{place}: {len(sent)} statements\n" + "\n".join(sent)


def test_pages_that_take_more_exist() -> None:
    assert set(EVERY_PAGE) >= set(MORE)
