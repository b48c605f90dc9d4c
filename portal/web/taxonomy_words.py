"""The needs as they are edited, in words: families, dimensions, the fields of a need."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import needs
from portal.needs import Need, Taxonomy, TaxonomyVersion

FAMILIES = {"Value": _l("Value"), "Function": _l("Function"), "Trust": _l("Trust"), "Relationship": _l("Relationship")}
SERVQUAL = {
    "tangibles": _l("Tangibles: places, devices, papers"),
    "reliability": _l("Reliability: what was promised is done"),
    "responsiveness": _l("Responsiveness: help comes soon"),
    "assurance": _l("Assurance: one can rely on who is asked"),
    "empathy": _l("Empathy: one is seen as a person"),
}
FIELDS = {
    "name": _l("Name"),
    "gloss": _l("What it means"),
    "family": _l("Family"),
    "servqual": _l("Dimension of service"),
    "seeds": _l("Seed phrases"),
    "core": _l("Phrases that nearly always mean this need"),
    "unmet": _l("Phrases that say it is not met"),
    "met": _l("Phrases that say it is met"),
    "wished": _l("Phrases that say it is wished for"),
    "phrases": _l("Phrases that only say what is spoken of"),
    "hints": _l("Weak signs"),
    "examples_for": _l("Examples that speak of it"),
    "examples_against": _l("Examples that do not"),
}
HINTS = {
    "seeds": _l("5 to 15 sentences as customers write them, one in each line. Texts like them count."),
    "core": _l("One in each line."),
    "hints": _l("Count only when several come together. One in each line."),
    "examples_for": _l("Not learned from: after each save we tell you which of them are read otherwise."),
    "examples_against": _l("Texts in which this need must not be seen."),
}
STATES = {
    "waiting": (_l("waiting"), "note"),
    "running": (_l("running"), "note"),
    "stopped": (_l("stopped"), "wait"),
    "finished": (_l("finished"), "good"),
}
KINDS = {"added": (_l("new"), "good"), "removed": (_l("taken out"), "bad"), "changed": (_l("changed"), "note")}


def by_family(taxonomy: Taxonomy) -> list[tuple[str, list[Need]]]:
    """The needs of a version under their families, in the order of the families."""
    found = [(family, [need for need in taxonomy.needs.values() if need.family == family]) for family in needs.FAMILIES]
    return [(family, those) for family, those in found if those]


def families() -> list[tuple[str, Any]]:
    """Families for a select."""
    return [(key, FAMILIES[key]) for key in needs.FAMILIES]


def dimensions() -> list[tuple[str, Any]]:
    """Dimensions of service for a select."""
    return [(key, SERVQUAL[key]) for key in needs.SERVQUAL]


def name_in(draft: TaxonomyVersion, key: str) -> str:
    """The name a need has in a draft."""
    return str(draft.names.get(key, key))


def value(field: str, text: str) -> str:
    """A text of a need as a person reads it."""
    known: dict[str, Any] = {"family": FAMILIES, "servqual": SERVQUAL}.get(field, {})
    return str(known.get(text, text))


def stopped_by(who: str) -> str:
    """Who or what stopped a run that reads history again."""
    return str(_("another reader came into force")) if who == "another reader" else who
