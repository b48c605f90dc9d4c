"""The plan of the demo company, before anything is written: who said what, when, and what they allowed."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from nlp.reading import SAFETY_KINDS
from portal import needs
from portal.demo import consents
from portal.demo.calendar import OLDEST_DAYS, in_hours, threads
from portal.demo.persons import CAST, PASSWORD, TEAM, colleague_for, everybody, written
from portal.demo.talks import Talk, Turn, all_talks, heard_texts, parse
from portal.needs import Heard

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def a_story(seed: str = "a"):
    people = everybody(NOW.date(), random.Random(seed))
    return people, threads(all_talks(), people, NOW, random.Random(seed))


def test_a_conversation_is_read_turn_by_turn():
    text = "> Where is it?\n> Hello?\n! Ask Leila.\n<7 By Friday week.\n\n> Another.\n"
    assert parse(text, "fees", "en") == [
        Talk(
            "fees-001",
            "fees",
            "en",
            (
                Turn("customer", "Where is it?"),
                Turn("customer", "Hello?"),
                Turn("note", "Ask Leila."),
                Turn("team", "By Friday week.", 7),
            ),
        ),
        Talk("fees-002", "fees", "en", (Turn("customer", "Another."),)),
    ]


def test_the_cast_has_its_own_conversations_with_their_days():
    text = "@ada\n# days=9\n> One.\n\n# days=47\n> Two.\n\n@ben\n# days=3\n> Three.\n"
    assert [(talk.person, talk.days_ago) for talk in parse(text, "cast", "en")] == [("ada", 9), ("ada", 47), ("ben", 3)]


@pytest.mark.parametrize("text", ["no mark", ">no space", ">7 a customer promises nothing", "< the team speaks first"])
def test_a_line_that_is_no_turn_is_refused(text: str):
    with pytest.raises(ValueError, match=r"turn|begin"):
        parse(text, "fees", "en")


def test_below_a_turn_may_stand_how_a_careful_person_hears_it():
    text = "> Why £6?\n= negative, unmet cost, wished clarity, question, no fraud\n< Sorry.\n> ok\n= neutral\n"
    (talk,) = parse(text, "fees", "en")
    assert [turn.heard for turn in talk.turns] == [
        Heard("negative", {"cost": "unmet", "clarity": "wished"}, frozenset({"question"}), frozenset({"fraud"})),
        None,
        Heard("neutral", {}, frozenset()),
    ]


def test_of_everything_said_in_english_it_is_written_how_a_careful_person_hears_it():
    told = [turn for talk in all_talks() if talk.language == "en" and talk.theme != "cast" for turn in talk.turns]
    assert [turn.text for turn in told if (turn.heard is None) == (turn.side == "customer")] == []
    for text, heard in heard_texts().items():
        assert heard.sentiment in needs.SENTIMENTS, text
        assert set(heard.needs) <= set(needs.taxonomy().needs), text
        assert set(heard.needs.values()) <= set(needs.STATES), text
        assert heard.intents <= set(needs.INTENTS), text
        assert heard.false_alarms <= set(SAFETY_KINDS), text


def test_there_is_enough_to_read_and_no_message_is_there_twice():
    texts = Counter(turn.text for talk in all_talks() for turn in talk.turns)
    assert sum(texts.values()) >= 1500
    assert [text for text, count in texts.items() if count > 1] == []


def test_about_three_hundred_people_have_names_and_addresses_of_their_own():
    people = everybody(NOW.date(), random.Random(1))
    languages = Counter(person.language for person in people)
    assert 290 <= len(people) <= 310
    assert (languages["it"], languages["zh"]) == (24, 24)
    for name in ("key", "email", "external_ref"):
        assert max(Counter(getattr(person, name) for person in people).values()) == 1
    assert {person.email.split("@")[1] for person in people} == {"example.org"}


def test_every_conversation_is_had_once_by_somebody_who_speaks_its_language():
    _people, story = a_story()
    assert sorted(thread.key for thread in story) == sorted(talk.key for talk in all_talks())
    spoken = {talk.key: talk.language for talk in all_talks()}
    assert [thread.key for thread in story if thread.person.language != spoken[thread.key]] == []
    assert [thread.key for thread in story if thread.theme != "cast" and thread.theme not in thread.person.themes] == []


def test_turns_follow_each_other_and_nothing_lies_in_the_future_or_before_the_person_came():
    _people, story = a_story()
    for thread in story:
        times = [turn.at for turn in thread.turns]
        assert times == sorted(times)
        assert times[-1] < NOW
        assert thread.opened_at > NOW - timedelta(days=OLDEST_DAYS + 2)
        assert thread.opened_at.date() >= thread.person.since


def test_more_is_said_of_late_and_people_come_back_to_their_theme():
    _people, story = a_story()
    ages = [(NOW - thread.opened_at).days for thread in story]
    assert sum(age < 180 for age in ages) > sum(age > 540 for age in ages)
    recent = Counter(
        (thread.person.key, thread.theme) for thread in story if NOW - thread.opened_at < timedelta(days=90)
    )
    assert sum(count >= 2 for count in recent.values()) >= 40


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    assert a_story("a") == a_story("a")
    assert a_story("a") != a_story("b")


def test_the_team_answers_when_it_is_at_work():
    sunday = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert in_hours(sunday, random.Random(1)).date() == NOW.date()
    assert in_hours(NOW, random.Random(1)) == NOW


def test_consents_have_a_history_for_most_and_the_cast_keeps_its_word():
    people, story = a_story()
    first_words = {thread.person.key: thread.opened_at for thread in reversed(story)}
    visits = consents.visits(people, first_words, NOW, random.Random(2))
    said = {key: [] for key in (person.key for person in people)}
    for visit in visits:
        assert visit.at < NOW
        said[visit.person.key] += [choice.answer for choice in visit.choices if choice.purpose == "needs"]
    given = sum("give" in answers for answers in said.values())
    assert 0.6 < given / len(people) < 0.8
    assert {("refuse",), (), ("give", "withdraw"), ("give", "withdraw", "give"), ("give", "object"), ("imported",)} <= {
        tuple(answers) for answers in said.values()
    }
    assert said["ada"] == ["give"]
    assert said["ben"] == ["give", "withdraw"]
    withdrawn = next(visit for visit in visits if visit.person.key == "ben" and visit.choices[0].answer == "withdraw")
    assert (withdrawn.at.date(), withdrawn.at.hour, withdrawn.at.minute) == (NOW.date() - timedelta(days=20), 19, 42)


def test_every_theme_has_somebody_who_answers_and_the_cast_can_sign_in():
    addresses = {colleague.email for colleague in TEAM}
    assert {colleague_for(talk.theme) for talk in all_talks()} <= addresses
    assert {colleague.role for colleague in TEAM} == {"product", "analyst", "admin"}
    assert CAST == ("ada", "ben", "cleo")
    assert len(PASSWORD) >= 15


def test_what_is_granted_and_sent_exists():
    plan = written("groups")
    segments = {segment["key"] for segment in plan["segment"]}
    benefits = {benefit["key"] for benefit in written("benefits")["benefit"]}
    messages = {message["key"] for message in written("messages")["message"]}
    assert {rule["segment"] for rule in plan["rule"]} <= segments
    assert {rule["benefit"] for rule in plan["rule"] if rule["kind"] == "grant"} <= benefits
    assert {rule["template"] for rule in plan["rule"] if rule["kind"] == "contact"} <= messages
    assert {campaign["template"] for campaign in plan["campaign"]} <= messages
