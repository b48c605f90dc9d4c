"""Message templates: written by one person, their kind set by another, and seen beforehand as a customer would."""

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from portal import accounts, clock, consent, gateways, outreach, treatment
from portal.errors import CandourError, NotFound
from portal.outreach import MessageTemplate
from portal.web import consent_words, gateway_words, template_words, wording
from portal.web.acting import current_actor, note
from portal.web.analyst.blueprint import blueprint
from portal.web.database import db
from portal.web.field_words import translated
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_settings
from portal.web.pages import onward, page

PLACES = {
    "template-exists": "key", "no-such-purpose": "purpose", "bad-topic": "topic", "not-carried": "purpose",
    "not-named": "data_used",
}  # fmt: skip


class PreviewSchema(Schema):
    """For whom and in which language a message is looked at."""

    class Meta:
        unknown = RAISE

    customer = fields.String(required=True, validate=validate.Length(min=1, max=60))
    language = fields.String(load_default="", validate=validate.OneOf(["", *template_words.LANGUAGES]))


@blueprint.get("/templates", endpoint="templates")
def templates_page() -> ResponseReturnValue:
    """Every message, with the newest version of it."""
    return page(
        "analyst/templates/list.html",
        templates=outreach.written_templates(db.session),
        in_use={found.key: found.version for found in outreach.templates(db.session)},
        words=template_words,
        wording=wording,
        channels=consent_words.CHANNELS,
    )


@blueprint.get("/templates/new")
def template_new() -> ResponseReturnValue:
    """The form for a new message."""
    return _form(empty(message_class="service", channel="email", purpose="service", topic="*"))


@blueprint.post("/templates/new")
def template_add() -> ResponseReturnValue:
    """Keep a new message as a draft."""
    form = submitted(outreach.TemplateSchema())
    if form.good:
        made = _drafted(form, fresh=True, **form.values)
        if made is not None:
            return onward("analyst.template", _("Kept as a draft. Somebody else sets its kind."), key=made.key)
    return _form(form)


@blueprint.get("/templates/<key>", endpoint="template")
def template_page(key: str) -> ResponseReturnValue:
    """One message: its words in each language, its versions, and what a second person does with a draft."""
    return _show(key, empty())


@blueprint.get("/templates/<key>/edit")
def template_edit(key: str) -> ResponseReturnValue:
    """The form for the next version, filled with the newest one."""
    newest = outreach.template_versions(db.session, key)[0]
    return _form(empty(**_as_fields(newest)), newest)


@blueprint.post("/templates/<key>/edit")
def template_redraft(key: str) -> ResponseReturnValue:
    """Keep the next version as a draft; the one in use stays in use until somebody else has looked."""
    newest = outreach.template_versions(db.session, key)[0]
    form = submitted(outreach.TemplateWordsSchema())
    if form.good:
        made = _drafted(form, key=key, **form.values)
        if made is not None:
            text = _("Version %(number)d is kept as a draft.", number=made.version)
            return onward("analyst.template", text, key=key)
    return _form(form, newest)


@blueprint.post("/templates/<key>/<int(max=2147483647):version>/confirm")
def template_confirm(key: str, version: int) -> ResponseReturnValue:
    """Set the kind of a draft: from now on it may be sent."""
    form = submitted(outreach.ConfirmSchema())
    if form.good:
        kind = form.values["message_class"]
        try:
            outreach.confirm_template(
                db.session, key, version, message_class=kind, by=current_actor(), now=clock.utc_now()
            )
        except CandourError as error:
            return _show(key, form.refuse("message_class", error.message))
        note("template.confirmed", f"{key}@{version}", message_class=kind)
        return onward("analyst.template", _("It may be sent now, as %(kind)s.", kind=wording.CLASSES[kind]), key=key)
    return _show(key, form)


@blueprint.post("/templates/<key>/<int(max=2147483647):version>/turn-down")
def template_turn_down(key: str, version: int) -> ResponseReturnValue:
    """Say that a draft is not to be sent, and why."""
    form = submitted(outreach.BecauseSchema())
    if form.good:
        try:
            outreach.turn_down_template(
                db.session, key, version, because=form.values["because"], by=current_actor(), now=clock.utc_now()
            )
        except CandourError as error:
            return _show(key, form.refuse("because", error.message))
        note("template.turned_down", f"{key}@{version}")
        return onward("analyst.template", _("It is turned down; its author reads why."), key=key)
    return _show(key, form)


@blueprint.get("/templates/<key>/<int(max=2147483647):version>/preview")
def template_preview(key: str, version: int) -> ResponseReturnValue:
    """Exactly what one customer would get, and what the rules would say now. Nothing is recorded."""
    found = outreach.template_version(db.session, key, version)
    form = query(PreviewSchema()) if request.args else empty(language="")
    seen: dict[str, Any] = {"letter": None}
    if form.good and form.values:
        try:
            seen = _seen(found, form.values["customer"].strip(), form.values["language"])
        except NotFound as error:
            form.refuse("customer", error.message)
    languages = [("", _("the customer's own")), *template_words.LANGUAGES.items()]
    return page("analyst/templates/preview.html", form=form, found=found, languages=languages, wording=wording, **seen)


def _seen(found: MessageTemplate, ref: str, language: str) -> dict[str, Any]:
    """:raises NotFound: when there is no such customer."""
    customer, settings = accounts.customer_by_ref(db.session, ref), current_settings()
    letter = outreach.letter_for(found, customer, {}, settings, language or None)
    stop = f"{settings.base_url.rstrip('/')}/u/…" if found.message_class in outreach.STOPPABLE else None
    text = outreach.as_mail(letter, found, settings, stop, language or customer.language)
    verdict = outreach.would_send(db.session, customer, found, clock.utc_now())
    return {
        "letter": letter,
        "spoken": consent_words.of(template_words.LANGUAGES, letter.language),
        "text": text,
        "length": gateway_words.length(gateways.parts_of(text)) if found.channel == "sms" else "",
        "verdict": verdict,
        "items": [result.as_json() for result in verdict.outcome.results],
        "change": wording.change(verdict.counterfactual),
    }


def _drafted(form: Submitted, **values: Any) -> MessageTemplate | None:
    """The new draft, or None with the reason in the form."""
    try:
        made = outreach.draft_template(db.session, author=current_actor(), now=clock.utc_now(), **values)
    except CandourError as error:
        form.refuse(PLACES.get(error.code, "text"), error.message)
        return None
    note("template.drafted", f"{made.key}@{made.version}", message_class=made.message_class)
    return made


def _as_fields(found: MessageTemplate) -> dict[str, Any]:
    names = ("message_class", "purpose", "topic", "channel", "subject", "text", "data_used")
    values = {name: getattr(found, name) for name in names}
    for ending, language in outreach.TRANSLATED.items():
        said = found.translations.get(language, {})
        values |= {f"{part}_{ending}": said.get(part, "") for part in ("subject", "text")}
    return values


def _show(key: str, form: Submitted) -> Response:
    versions = outreach.template_versions(db.session, key)
    newest, actor = versions[0], current_actor()
    return page(
        "analyst/templates/template.html",
        form=form,
        found=newest,
        versions=versions,
        in_use=next((one.version for one in versions if one.state == "confirmed"), None),
        mine=newest.author_id == actor.id,
        warnings=[translated(one.sentence) for one in outreach.warnings_of(newest)],
        classes=_classes(),
        words=template_words,
        wording=wording,
        channel=consent_words.CHANNELS[newest.channel],
        lengths=_lengths(newest),
        topic=_("every topic") if newest.topic == "*" else consent_words.topic(newest.topic),
    )


def _lengths(found: MessageTemplate) -> dict[str, str]:
    """By language, how long the text is as networks count it; only of a text message."""
    if found.channel != "sms":
        return {}
    texts = {"en": found.text} | {language: said["text"] for language, said in found.translations.items()}
    return {language: gateway_words.length(gateways.parts_of(text)) for language, text in texts.items()}


def _form(form: Submitted, before: MessageTemplate | None = None) -> Response:
    asked = consent.purposes(db.session)
    purposes = [(found.key, wording.PURPOSES.get(found.key, found.key)) for found in asked]
    named = consent.named_by(db.session)
    endings = {ending: template_words.LANGUAGES[language] for ending, language in outreach.TRANSLATED.items()}
    return page(
        "analyst/templates/form.html",
        form=form,
        before=before,
        classes=_classes(),
        purposes=purposes,
        uses=[(name, named.get(key, [])) for key, name in purposes],
        channels=[(key, consent_words.CHANNELS[key]) for key in treatment.CHANNELS],
        topics=[("*", _("any")), *consent_words.parts("topic").items()],
        translations=endings,
    )


def _classes() -> list[tuple[str, Any]]:
    return [(key, wording.CLASSES[key]) for key in outreach.CLASSES]
