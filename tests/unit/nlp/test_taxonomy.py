"""A company's own needs: what its file may hold, what is told when it is wrong, and that it reads its own examples."""

from pathlib import Path
from typing import Any

import pytest

from nlp import Reader, Taxonomy, TaxonomyError
from nlp.taxonomy.checks import MOST_NEEDS, MOST_PHRASES

HOTEL = Path(__file__).with_name("hotel.en.toml")
SHIPPED = Taxonomy.shipped()
FOR = [
    pytest.param(taxonomy, need.key, text, id=text)
    for taxonomy in (SHIPPED, Taxonomy.load(HOTEL))
    for need in taxonomy.needs.values()
    for text in need.examples_for
]
AGAINST = [
    pytest.param(taxonomy, need.key, text, id=text)
    for taxonomy in (SHIPPED, Taxonomy.load(HOTEL))
    for need in taxonomy.needs.values()
    for text in need.examples_against
]


def a_need(**changes: Any) -> dict[str, Any]:
    """The section of a need that is right but for these changes."""
    right = {
        "family": "Value",
        "name": "Price",
        "servqual": "assurance",
        "gloss": "What it costs.",
        "seeds": ["it costs too much", "what is the price", "a fair price", "the bill is high", "cheap enough"],
        "phrases": ["price|prices"],
    }
    return {**right, **changes}


def a_taxonomy(**changes: Any) -> dict[str, Any]:
    """The content of a taxonomy file with one need that is right but for these changes."""
    return {"key": "shop.en", "version": 1, "needs": {"price": a_need(**changes)}}


@pytest.mark.parametrize(("taxonomy", "need", "text"), FOR)
def test_an_example_of_a_need_is_read_as_that_need_first(taxonomy: Taxonomy, need: str, text: str) -> None:
    claims = Reader(taxonomy).read(text).needs
    assert [claim.need for claim in claims][:1] == [need]


@pytest.mark.parametrize(("taxonomy", "need", "text"), AGAINST)
def test_an_example_against_a_need_is_read_as_what_it_says(taxonomy: Taxonomy, need: str, text: str) -> None:
    typed, _, what = text.rstrip(")").partition(" (that is ")
    claimed = [claim.need for claim in Reader(taxonomy).read(typed).needs]
    assert claimed[:1] != [need]
    assert not what or set(what.split(" or ")) & set(claimed)


@pytest.mark.parametrize("taxonomy", [SHIPPED, Taxonomy.load(HOTEL)], ids=lambda taxonomy: taxonomy.name)
def test_a_taxonomy_is_written_as_it_was_read(taxonomy: Taxonomy) -> None:
    assert Taxonomy.from_toml(taxonomy.as_toml()) == taxonomy
    assert Taxonomy.from_dict(taxonomy.as_dict()) == taxonomy
    assert list(Taxonomy.from_toml(taxonomy.as_toml()).needs) == list(taxonomy.needs)


def test_quotes_and_backslashes_survive_being_written() -> None:
    taxonomy = Taxonomy.from_dict(a_taxonomy(gloss='So "cheap" \\ dear — 便宜'))
    assert Taxonomy.from_toml(taxonomy.as_toml()).needs["price"].gloss == 'So "cheap" \\ dear — 便宜'


def test_another_trade_has_its_own_needs_and_names_them_in_every_reading() -> None:
    reading = Reader(Taxonomy.load(HOTEL)).read(
        "We could not sleep because of the noise, but the breakfast was delicious."
    )
    assert {f"{claim.need}:{claim.state}" for claim in reading.needs} == {"rest:unmet", "food:met"}
    assert "hotel.en/2" in reading.version


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"family": "Luxury"}, "need price: family must be one of Value, Function, Trust, Relationship"),
        ({"servqual": "speed"}, "servqual must be one of"),
        ({"name": " "}, "name must be a text of one line"),
        ({"gloss": "two\nlines"}, "gloss must be a text of one line"),
        ({"seeds": ["only one"]}, "give 5 to 15 seeds, not 1"),
        ({"seeds": ["same"] * 5}, "the seed 'same' is there twice"),
        ({"seeds": "price"}, "seeds must be a list of texts"),
        ({"phrases": ["price", "price"]}, "the key phrase 'price' is there twice"),
        ({"phrases": ["price"], "unmet": ["price"]}, "the key phrase 'price' is there twice"),
        ({"phrases": ["~2 ^"]}, "a phrase needs a first word"),
        ({"phrases": ["no-word"]}, "not one word"),
        ({"phrases": [f"price p{number}" for number in range(MOST_PHRASES + 1)]}, "key phrases are too many"),
        ({"colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_what_is_wrong_with_a_need_is_said(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TaxonomyError) as raised:
        Taxonomy.from_dict(a_taxonomy(**changes))
    assert any(says in problem for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"key": "x", "version": 1}, "give at least one need"),
        ({"key": "x", "version": 1, "needs": {"empty": {}}}, "need empty: it is empty"),
        ({"key": "x", "version": 1, "needs": {"Big Need": a_need()}}, "its key must be lower case"),
        ({"key": "x", "version": 0, "needs": {"a": a_need()}}, "version must be a whole number"),
        ({"key": "X Y", "version": 1, "needs": {"a": a_need()}}, "key must be lower case"),
        ({"key": "x", "version": 1, "title": "x", "needs": {"a": a_need()}}, "unknown key 'title'"),
        ({"key": "x", "version": 1, "needs": {"a": a_need(), "b": a_need()}}, "two needs are named 'Price'"),
        (
            {"key": "x", "version": 1, "needs": {f"n{at}": a_need(name=f"N{at}") for at in range(MOST_NEEDS + 1)}},
            "needs are too many",
        ),
    ],
)
def test_what_is_wrong_with_a_taxonomy_is_said(content: dict[str, Any], says: str) -> None:
    with pytest.raises(TaxonomyError) as raised:
        Taxonomy.from_dict(content)
    assert any(says in problem for problem in raised.value.problems)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(TaxonomyError) as raised:
        Taxonomy.from_dict(a_taxonomy(family="Luxury", servqual="speed", colour="red"))
    assert len(raised.value.problems) == 3


def test_a_file_that_is_no_toml_or_names_a_need_twice_says_where() -> None:
    with pytest.raises(TaxonomyError, match=r"this is not TOML: .*line"):
        Taxonomy.from_toml('key = "x"\n[needs.a]\n[needs.a]\n')
