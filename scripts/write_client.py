"""Writes the answers and the methods of portal/client from the description of the API.

Run it after changing the API: `.venv/bin/python scripts/write_client.py && make format`. A test compares.
"""

import re
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.app import create_app  # noqa: E402
from portal.settings import Settings  # noqa: E402
from portal.web.api.operations import OPERATIONS, Operation  # noqa: E402
from portal.web.api.spec import description  # noqa: E402

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "dict[str, Any]"}
AREAS = {
    "about_customers": ("AboutCustomers", "What one customer allows, said and may use"),
    "about_contacts": ("AboutContacts", "Who may be contacted, what was decided, and what came of it"),
    "about_plans": (
        "AboutPlans",
        "Campaigns, rules and settings: what one writes and another approves",
    ),
    "about_purposes": ("AboutPurposes", "What is asked for, and in which words"),
    "about_everybody": ("AboutEverybody", "Feeds, feedback, segments and signals"),
}
MANY, WIDTH = 12, 120
MADE = "Made by scripts/write_client.py from the description of the API; do not edit."


def main() -> None:
    """Write every file anew."""
    create_app(Settings(secret_key="to look at the description only, nothing is signed with it"))
    folder = ROOT / "portal" / "client"
    described = description()
    (folder / "answers.py").write_text(answers(described), encoding="utf-8")
    for file, (name, text) in AREAS.items():
        mine = [entry for entry in OPERATIONS.values() if area(entry) == file]
        (folder / f"{file}.py").write_text(operations(described, name, text, mine), encoding="utf-8")


def area(entry: Operation) -> str:
    """The file that an operation belongs into."""
    about = {"customers": "about_customers"} | dict.fromkeys(
        ("decisions", "permissions", "contact-events", "templates", "outbox"), "about_contacts"
    )
    about |= dict.fromkeys(("campaigns", "policies", "rules"), "about_plans") | {"purposes": "about_purposes"}
    return about.get(entry.path.split("/")[1], "about_everybody")


def kind(schema: dict[str, Any], prefix: str = "") -> str:
    """The Python type of a schema."""
    if "$ref" in schema:
        return prefix + schema["$ref"].rsplit("/", 1)[1]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " | ".join(dict.fromkeys(kind(one, prefix) for one in schema[word]))
    types = schema.get("type", "object")
    if isinstance(types, list):
        rest = [one for one in types if one != "null"]
        return kind({**schema, "type": rest[0]}, prefix) + (" | None" if len(rest) < len(types) else "")
    if types == "array":
        return f"list[{kind(schema.get('items', {}), prefix)}]"
    return "None" if types == "null" else PLAIN[types]


def answered(described: dict[str, Any], entry: Operation) -> str:
    """The name of what an operation answers."""
    path = re.sub(r"<(\w+)>", r"{\1}", entry.path)
    found = described["paths"][path][entry.method.lower()]["responses"][str(entry.status)]
    return str(found["content"]["application/json"]["schema"]["$ref"]).rsplit("/", 1)[1]


def answers(described: dict[str, Any]) -> str:
    """A TypedDict for each thing that is answered, those it is made of first."""
    schemas, done, lines = described["components"]["schemas"], [], []

    def add(name: str) -> None:
        if name in done:
            return
        text = str(schemas[name])
        for other in re.findall(r"#/components/schemas/(\w+)", text):
            add(other)
        done.append(name)
        fields = [f'"{field}": {kind(one)}' for field, one in schemas[name]["properties"].items()]
        whole = f'{name} = TypedDict("{name}", {{{", ".join(fields)}}})\n'
        lines.append(whole if len(whole) <= WIDTH else close_together(name, fields))

    for entry in OPERATIONS.values():
        add(answered(described, entry))
    head = f'"""What the API answers, by name.\n\n{MADE}\n"""\n\n# ruff: noqa: UP013\n\n'
    head += "from typing import Any, TypedDict\n\n"
    return head + "".join(lines)


def close_together(name: str, fields: list[str]) -> str:
    """A TypedDict of many fields, several on each line: a line for each would make the file too long."""
    rows = [""]
    for field in fields:
        if len(rows[-1]) + len(field) + 6 > WIDTH:
            rows.append("")
        rows[-1] += f"{field}, "
    inside = "".join(f"    {row.rstrip()}\n" for row in rows)
    return f'{name} = TypedDict("{name}", {{\n{inside}}})  # fmt: skip\n'


def operations(described: dict[str, Any], name: str, text: str, entries: list[Operation]) -> str:
    """A class with a method for each of these operations, and one more for each that is paged by cursor."""
    made = "".join(method(described, entry) for entry in entries)
    iterator = "from collections.abc import Iterator\n" if "Iterator[" in made else ""
    return (
        f'"""{text}: a method for each operation.\n\n{MADE}\n"""\n\n{iterator}'
        f"{'from typing import Any' if 'Any' in made else ''}\n\n"
        "from portal.client import answers\nfrom portal.client.asking import Asking, part\n\n\n"
        f'class {name}(Asking):\n    """{text}; what is left out is not sent."""\n{made}'
    )


def taken(described: dict[str, Any], entry: Operation) -> tuple[dict[str, Any], list[str]]:
    """What an operation takes, in query or body, with its schema; and what of it must be there."""
    told = described["paths"][re.sub(r"<(\w+)>", r"{\1}", entry.path)][entry.method.lower()]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in body:
        schema = described["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
        return dict(schema.get("properties", {})), list(schema.get("required", []))
    asked = [one for one in told["parameters"] if one["in"] == "query"]
    return {one["name"]: one["schema"] for one in asked}, [one["name"] for one in asked if one.get("required")]


def arguments(properties: dict[str, Any], required: list[str]) -> list[str]:
    """As they stand in a signature: first what is needed."""
    needed = [f"{name}: {kind(one)}" for name, one in properties.items() if name in required]
    return needed + [
        f"{name}: {kind(one).removesuffix(' | None')} | None = None"
        for name, one in properties.items()
        if name not in required
    ]


def signature(entry: Operation, given: list[str]) -> str:
    """The parameters of a method: what the address names, then the rest by name."""
    named = [f"{name}: str" for name in re.findall(r"<(\w+)>", entry.path)]
    return ", ".join(["self", *named, *(["*", *given] if given else [])])


def method(described: dict[str, Any], entry: Operation) -> str:
    """The method of an operation."""
    properties, required = taken(described, entry)
    given = arguments(properties, required) + (["idempotency_key: str | None = None"] if entry.writes else [])
    where = ("f" if "<" in entry.path else "") + '"' + re.sub(r"<(\w+)>", r"{part(\1)}", entry.path) + '"'
    key = ", key=idempotency_key, writes=True" if entry.writes else ""
    name, answer = entry.endpoint.removeprefix("api."), answered(described, entry)
    before, values = sent(properties)
    made = (
        f"\n    def {name}({signature(entry, given)}) -> answers.{answer}:\n"
        f'        """{entry.summary.rstrip(".?")}. Scope: {entry.scope}."""\n'
        f'{before}        said: answers.{answer} = self.ask("{entry.method}", {where}, {values}{key})\n'
        "        return said\n"
    )
    return made + (pages(described, entry, where) if "cursor" in properties else "")


def pages(described: dict[str, Any], entry: Operation, where: str) -> str:
    """The method that goes through every page of an operation."""
    properties, required = taken(described, entry)
    properties.pop("cursor")
    before, values = sent(properties)
    items = described["components"]["schemas"][answered(described, entry)]["properties"]["items"]
    return (
        f"\n    def all_{entry.endpoint.removeprefix('api.')}({signature(entry, arguments(properties, required))})"
        f" -> Iterator[answers.{kind(items['items'])}]:\n"
        f'        """{entry.summary.rstrip(".?")}, page after page; `limit` is of one page. Scope: {entry.scope}."""\n'
        f"{before}        return self.pages({where}, {values})\n"
    )


def sent(properties: dict[str, Any]) -> tuple[str, str]:
    """A line that gathers what is sent, when needed, and what is sent.

    Many fields stand close together: a line for each would make the method too long.
    """
    pairs = ", ".join(f'"{name}": {name}' for name in properties)
    if len(properties) < MANY:
        return "", f"{{{pairs}}}"
    lines = textwrap.fill(pairs, 110, initial_indent=" " * 12, subsequent_indent=" " * 12)
    return f"        given = {{\n{lines},\n        }}  # fmt: skip\n", "given"


if __name__ == "__main__":
    main()
