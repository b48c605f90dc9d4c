"""Segment definitions as sentences, and features by name."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape

from portal import needs, segments

OPS = {
    ">=": _l("at least"),
    ">": _l("more than"),
    "==": _l("exactly"),
    "<=": _l("at most"),
    "<": _l("fewer than"),
    "in": _l("one of"),
}
LANGUAGES = {"en": _l("English"), "it": _l("Italian"), "zh": _l("Chinese")}
Bold = Markup


def definition(tree: segments.Tree, names: Mapping[str, str]) -> Markup:
    """A definition as one sentence, what it turns on in bold.

    :param names: the names of other segments by key.
    """
    return Markup("{} {}.").format(_("Customers"), _clause(segments.sentence(tree), names, inside=False))


def condition(tree: segments.Tree, names: Mapping[str, str]) -> Markup:
    """One condition alone, as in the evidence of a membership."""
    return _clause(segments.sentence(tree), names, inside=True)


def need_name(key: str) -> str:
    """A need as people call it."""
    return needs.need_name(key)


def _clause(phrase: Mapping[str, Any], names: Mapping[str, str], *, inside: bool) -> Markup:
    if phrase["code"] in ("all", "any"):
        word = _(", and ") if phrase["code"] == "all" else _(" or ")
        parts = [_clause(part, names, inside=True) for part in phrase["parts"]]
        joined = escape(word).join(parts)
        return Markup("({})").format(joined) if inside and len(parts) > 1 else joined
    if phrase["code"] == "not":
        return Markup("<b>{}</b> {}").format(_("not"), _clause(phrase["parts"][0], names, inside=True))
    if phrase["code"] == "in-segment":
        name = names.get(phrase["segment"], phrase["segment"])
        return Markup("{} <b>{}</b>").format(_("who are in"), name)
    return _leaf(phrase)


def _leaf(phrase: Mapping[str, Any]) -> Markup:
    shape = {
        "need-count": _counted_need, "need-strength": _strong_need, "negative-count": _negative, "votes": _votes,
        "tenure": _tenure, "last-message": _last_message, "product": _product, "attribute": _attribute,
        "language": _language,
    }  # fmt: skip
    found = shape.get(phrase["code"])
    return found(phrase) if found is not None else Markup("<code>{}</code>").format(phrase["key"])


def _days(phrase: Mapping[str, Any]) -> str:
    found: str = ngettext("%(num)d day", "%(num)d days", phrase["days"])
    return found


def _times(phrase: Mapping[str, Any]) -> str:
    value = phrase["value"]
    if phrase["op"] == "in":
        return f"{OPS['in']} {_listed(value)}"
    times = {1: _("once"), 2: _("twice")}.get(value) or _("%(n)s times", n=value)
    return f"{OPS[phrase['op']]} {times}"


def _listed(values: Any) -> str:
    return ", ".join(str(value) for value in (values if isinstance(values, list) else [values]))


def _amount(phrase: Mapping[str, Any]) -> str:
    return f"{OPS[phrase['op']]} {_listed(phrase['value'])}"


def _counted_need(phrase: Mapping[str, Any]) -> Markup:
    return Markup("{} <b>{}</b> {} <b>{}</b> {} <b>{}</b>").format(
        _("with"), need_name(phrase["key"]), _("not met or wished for"), _times(phrase), _("in"), _days(phrase)
    )


def _strong_need(phrase: Mapping[str, Any]) -> Markup:
    return Markup("{} <b>{}</b> {} <b>{}</b> {} <b>{}</b>").format(
        _("whose clearest sign of"), need_name(phrase["key"]), _("has a strength of"), _amount(phrase), _("of 1000 in"),
        _days(phrase),
    )  # fmt: skip


def _negative(phrase: Mapping[str, Any]) -> Markup:
    return Markup("{} <b>{}</b> {} <b>{}</b>").format(_("who were unhappy"), _times(phrase), _("in"), _days(phrase))


def _votes(phrase: Mapping[str, Any]) -> Markup:
    return Markup("{} <b>{}</b> {} <b>{}</b>").format(_("who backed ideas"), _times(phrase), _("in"), _days(phrase))


def _tenure(phrase: Mapping[str, Any]) -> Markup:
    return Markup("{} <b>{}</b> {}").format(_("who have been customers for"), _amount(phrase), _("months"))


def _last_message(phrase: Mapping[str, Any]) -> Markup:
    return Markup("{} <b>{}</b> {}").format(_("who last wrote"), _amount(phrase), _("days ago"))


def _product(phrase: Mapping[str, Any]) -> Markup:
    text = _("with the product") if phrase["value"] else _("without the product")
    return Markup("{} <b>{}</b>").format(text, phrase["key"].replace("_", " "))


def _attribute(phrase: Mapping[str, Any]) -> Markup:
    name = phrase["key"].replace("_", " ")
    amount = _listed(phrase["value"]) if phrase["op"] == "==" else _amount(phrase)
    return Markup("{} <b>{}</b> {} <b>{}</b>").format(_("whose"), name, _("is"), amount)


def _language(phrase: Mapping[str, Any]) -> Markup:
    values = phrase["value"] if isinstance(phrase["value"], list) else [phrase["value"]]
    spoken = _(" or ").join(str(LANGUAGES.get(value, value)) for value in values)
    return Markup("{} <b>{}</b>").format(_("who write"), spoken)


def feature_choices(
    products: list[str], attributes: list[str], names: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every feature a condition may ask for, in groups: (name of the group, (feature, words))."""
    days = [(window, ngettext("%(num)d day", "%(num)d days", window)) for window in segments.WINDOWS]
    known, now = needs.in_force().names, needs.taxonomy().needs
    found = [
        (
            _("Need: %(need)s", need=name) if key in now else _("Need no longer listened for: %(need)s", need=name),
            [(f"need.{key}.count.{n}d", _("%(need)s: signs in %(days)s", need=name, days=text)) for n, text in days]
            + [
                (f"need.{key}.strength.{n}d", _("%(need)s: clearest sign in %(days)s", need=name, days=text))
                for n, text in days
            ],
        )
        for key, name in sorted(known.items(), key=lambda item: item[0] not in now)
    ]
    conduct = [(f"sentiment.negative.count.{n}d", _("Unhappy messages in %(days)s", days=text)) for n, text in days]
    conduct += [(f"idea.votes.{n}d", _("Ideas backed in %(days)s", days=text)) for n, text in days]
    conduct += [
        ("message.last_days", _("Days since the last message")),
        ("tenure.months", _("Months as a customer")),
        ("language", _("Language (en, it, zh)")),
    ]
    found.append((_("Conduct"), conduct))
    found.append((_("Products (yes or no)"), [(f"product.{key}", key.replace("_", " ")) for key in products]))
    found.append(
        (_("What the company's systems say"), [(f"attribute.{key}", key.replace("_", " ")) for key in attributes])
    )
    found.append((_("Other segments (yes or no)"), [(f"in_segment:{key}", name) for key, name in names.items()]))
    return [(group, choices) for group, choices in found if choices]
