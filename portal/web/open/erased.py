"""The certificate of an erasure, for whoever holds its code."""

from datetime import datetime

from flask.typing import ResponseReturnValue

from portal import privacy, rights
from portal.web import rights_words
from portal.web.database import db
from portal.web.open.blueprint import blueprint
from portal.web.pages import page


@blueprint.get("/erased/<code>")
def erased(code: str) -> ResponseReturnValue:
    """What went, by table, and what stays and why. The page names nobody."""
    found = rights.certificate(db.session, code)
    kept = [
        (line["table"], line["rows"], datetime.fromisoformat(line["until"]) if line["until"] else None)
        for line in found.kept
    ]
    whys = {name: fate.why for name, fate in privacy.FATES.items()}
    return page("open/erased/erased.html", certificate=found, kept=kept, whys=whys, words=rights_words)
