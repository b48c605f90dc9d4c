"""Every word that a person reads can be translated: what refuses something says a sentence that is in a catalogue."""

import ast

from tests.architecture.sources import calls, name, python_files

REFUSALS = {"CandourError", "Invalid", "NotFound", "NotAllowed", "Conflict", "TooMany", "NotKnown", "ValidationError"}
MAKES_A_TEXT = (ast.JoinedStr, ast.BinOp)


def branches(text: ast.expr) -> list[ast.expr]:
    """What a text can be: one expression, or either side of an `if`."""
    return [*branches(text.body), *branches(text.orelse)] if isinstance(text, ast.IfExp) else [text]


def test_nothing_is_refused_in_words_that_no_catalogue_can_hold() -> None:
    """An f-string or a sum of strings is another text each time: `Sentence("… %(name)s …", name=…)` is one."""
    found = [
        name(path, call)
        for path in python_files("portal")
        for call, what in calls(path)
        if what.rpartition(".")[2] in {*REFUSALS, "Sentence"}
        and call.args
        and any(isinstance(part, MAKES_A_TEXT) for part in branches(call.args[0]))
    ]
    assert found == []


def test_a_sentence_is_written_where_it_is_collected() -> None:
    """`Sentence(text)` with a name inside the brackets would be collected by nobody."""
    found = [
        name(path, call)
        for path in python_files("portal")
        for call, what in calls(path)
        if what == "Sentence" and not isinstance(call.args[0], ast.Constant) and ".sentence" not in ast.unparse(call)
    ]
    assert found == []
