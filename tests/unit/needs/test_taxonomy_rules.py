"""What differs between two versions of the needs, what is wrong with one, and what reading again does to tags."""

import dataclasses

import pytest

from nlp import Taxonomy, TaxonomyError
from portal.needs.rules import Claim
from portal.needs.taxonomies import rules
from portal.needs.taxonomies.standing import Said, StandingTag, settle

SHIPPED = Taxonomy.shipped()


def changed(key: str, **values: object) -> Taxonomy:
    section = {**rules.section_of(SHIPPED.needs[key]), **values}
    return Taxonomy.from_dict(rules.with_need(SHIPPED, key, section))


def claim(value: str, kind: str = "need", state: str | None = "unmet", confidence: int = 700) -> Claim:
    return Claim(kind, value, state if kind == "need" else None, confidence, True, 0, "rule", ((0, 3),))


def test_a_taxonomy_does_not_differ_from_itself() -> None:
    assert rules.difference(SHIPPED, Taxonomy.from_toml(SHIPPED.as_toml())) == []


def test_a_renamed_need_is_told_with_both_names() -> None:
    (change,) = rules.difference(SHIPPED, changed("cost", name="Fees"))
    assert (change.key, change.kind) == ("cost", "changed")
    assert [(field.field, field.before, field.after) for field in change.fields] == [("name", "Fair cost", "Fees")]


def test_phrases_that_go_and_come_are_told_by_list() -> None:
    seeds = [*SHIPPED.needs["cost"].seeds[1:], "the price is a joke"]
    (change,) = rules.difference(SHIPPED, changed("cost", seeds=seeds))
    (field,) = change.fields
    assert (field.field, field.removed, field.added) == (
        "seeds",
        SHIPPED.needs["cost"].seeds[:1],
        ("the price is a joke",),
    )


def test_a_need_that_is_gone_and_one_that_is_new_are_both_told() -> None:
    section = {**rules.section_of(SHIPPED.needs["cost"]), "name": "Opening hours"}
    left = {key: need for key, need in SHIPPED.needs.items() if key != "ease"}
    after = Taxonomy.from_dict(rules.with_need(dataclasses.replace(SHIPPED, needs=left), "hours", section))
    found = [(change.kind, change.key) for change in rules.difference(SHIPPED, after)]
    assert found == [("removed", "ease"), ("added", "hours")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Rewards"),
        ("gloss", ""),
        ("family", "Weather"),
        ("seeds", ["too few"]),
        ("core", ["fee|"]),
        ("hints", ["twice", "twice"]),
    ],
)
def test_what_is_wrong_stands_at_its_field(field: str, value: object) -> None:
    section = {**rules.section_of(SHIPPED.needs["cost"]), field: value}
    with pytest.raises(TaxonomyError) as error:
        Taxonomy.from_dict(rules.with_need(SHIPPED, "cost", section))
    assert list(rules.problems_by_field(error.value.problems, "cost", section)) == [field]


def test_the_fingerprint_of_a_need_changes_with_any_field() -> None:
    same = Taxonomy.from_toml(SHIPPED.as_toml()).needs["cost"]
    assert rules.fingerprint_of(SHIPPED.needs["cost"]) == rules.fingerprint_of(same)
    assert rules.fingerprint_of(changed("cost", hints=["pricey"]).needs["cost"]) != rules.fingerprint_of(same)
    assert rules.fingerprint_of(None) == rules.NO_NEED


def test_an_example_fails_when_it_is_read_otherwise_than_it_says() -> None:
    need = SHIPPED.needs["cost"]
    claimed = {text: ["ease"] for text in need.examples_for} | {text: ["cost"] for text in need.examples_against}
    failing = rules.examples_that_fail(need, claimed)
    assert [one.wanted for one in failing] == [True] * len(need.examples_for) + [False] * len(need.examples_against)


def test_a_claim_that_stands_keeps_its_tag() -> None:
    outcome = settle([StandingTag(1, claim("cost"), False)], [claim("cost")], Said())
    assert (outcome.ended, outcome.made) == ([], [])


def test_a_claim_that_changed_ends_its_tag_and_makes_another() -> None:
    outcome = settle([StandingTag(1, claim("cost"), False)], [claim("cost", state="met")], Said())
    assert (outcome.ended, outcome.made) == ([1], [claim("cost", state="met")])


def test_what_a_person_spoke_about_is_left_alone() -> None:
    tags = [StandingTag(1, claim("cost"), True), StandingTag(2, claim("ease"), False)]
    outcome = settle(tags, [claim("cost", state="met")], Said(about={2}))
    assert (outcome.ended, outcome.made) == ([], [])


def test_what_was_denied_does_not_come_back() -> None:
    assert settle([], [claim("cost"), claim("ease")], Said(denied={("need", "cost")})).made == [claim("ease")]


def test_no_other_feeling_stands_beside_the_one_a_person_chose() -> None:
    tags = [StandingTag(1, claim("neutral", "sentiment"), True)]
    outcome = settle(tags, [claim("negative", "sentiment")], Said(denied={("sentiment", "positive")}))
    assert (outcome.ended, outcome.made, outcome.sentiment) == ([], [], "neutral")
