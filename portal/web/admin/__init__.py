"""Running the portal: one module for each kind of thing."""

from portal.web.admin import (
    audit,
    benefits,
    draft,
    gateways,
    home,
    imports,
    jobs,
    merges,
    outbox,
    people,
    publishing,
    purposes,
    reader,
    registers,
    requests,
    rereads,
    systems,
    taxonomy,
    tokens,
    trial,
)
from portal.web.admin.blueprint import blueprint

__all__ = [
    "audit", "benefits", "blueprint", "draft", "gateways", "home", "imports", "jobs", "merges", "outbox", "people",
    "publishing", "purposes", "reader", "registers", "requests", "rereads", "systems", "taxonomy", "tokens", "trial",
]  # fmt: skip
