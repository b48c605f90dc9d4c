"""What puts a person first, and what only sounds like it."""

import pytest

from nlp import Reader

FIRST = {
    "self_harm": [
        "I can't see any way out, I want to kill myself",
        "There is no point in living like this",
        "I have swallowed all the pills I could find",
        "everyone would be better off without me",
        "I do not want to wake up tomorrow",
    ],
    "threat": [
        "I know where you work and I am coming with a knife",
        "Somebody will get hurt if I don't get my money",
        "I will burn this shop down",
        "I'm going to find the driver and hurt him",
    ],
    "hardship": [
        "We can't make ends meet since my hours were cut",
        "I am skipping meals so that the children can eat",
        "we were made redundant in March and the rent is in arrears",
        "I can't pay the mortgage this month",
        "My ex was violent and I fled with the kids, fleeing an abusive partner",
    ],
    "bereavement": [
        "My late mother used to say that banks forget people",
        "How do I report a death?",
        "Dad died on Sunday, what happens to his account?",
        "I am the executor of my aunt's will",
    ],
    "fraud": [
        "Somebody is using my card right now",
        "I gave the caller my password and now I am scared",
        "There are two payments I never made",
        "Your fraud team is closed and someone has emptied my account",
        "I got hacked through your app",
    ],
    "regulator": [
        "The ombudsman will hear of this",
        "you will hear from my solicitor",
        "I am going to the press with this story",
        "see you in court",
    ],
    "discrimination": [
        "They would not let my guide dog in",
        "I was treated differently because of my accent",
        "he made fun of my disability",
        "racist staff",
    ],
    "data_rights": [
        "Delete my data",
        "stop e-mailing me",
        "Unsubscribe",
        "take me off your mailing list please",
        "I withdraw my consent",
        "What information do you hold about me?",
        "do not sell my personal information",
    ],
    "abuse": ["you f***ing clowns", "what a bunch of morons", "go to hell"],
}
LATER = [
    "My phone died after two hours",
    "The battery is dead again",
    "This queue is killing me",
    "I'd kill for a dark mode",
    "Shoot me an e-mail when it is fixed",
    "The cheesecake is to die for",
    "Before I press send, may I see the fee?",
    "Press the button twice",
    "Your fraud team was brilliant",
    "Thanks to the fraud department, very helpful people",
    "At this price it is a steal",
    "The dead link on page two returns an error",
    "Kill the process and start again",
    "The photo shoot in the lobby was fun",
    "There is a food court upstairs",
    "The free trial is too short",
    "I almost died laughing at the advert",
    "The button is disabled until I scroll",
    "The hotel is near the tennis court",
    "I felt like an idiot because of that menu",
    "Great wheelchair access, thank you",
    "The popup steals focus from the field",
    "They blew up the photo on the poster",
    "I can't beat them at this game",
    "A stable release with few bugs",
    "The truffle pasta was superb",
    "Our deadline has passed by a week",
    "You won't regret this, great phone",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FIRST.items() for text in texts])
def test_words_of_danger_put_a_person_first(kind: str, text: str) -> None:
    reading = Reader.default().read(text)
    assert kind in {flag.kind for flag in reading.safety}
    assert reading.actionability == "response_needed"


@pytest.mark.parametrize("text", LATER)
def test_what_only_sounds_dangerous_waits_its_turn(text: str) -> None:
    assert [flag.kind for flag in Reader.default().read(text).safety] == []


def test_an_idiom_covers_its_own_words_and_not_a_danger_beside_it() -> None:
    reading = Reader.default().read("Your fraud team was great last year. Today someone stole my card and is using it.")
    assert [flag.kind for flag in reading.safety] == ["fraud"]
    assert all("team" not in span.text for span in reading.safety[0].spans)
