"""Every address has somebody who may use it, none is lost, and errors about undefined names cannot pass silently."""

import re

import jinja2
import pytest
from flask import Flask
from jinja2 import meta

from portal.web import access
from tests.architecture import urls


@pytest.fixture(scope="module")
def portal() -> Flask:
    return urls.bare_app()


def test_no_address_is_lost_and_none_is_new_without_being_promised(portal: Flask) -> None:
    """Somebody has linked to it. To add addresses: `python -m tests.architecture.urls`."""
    assert urls.addresses(portal) == urls.promised()


def test_every_method_of_every_route_says_who_may_use_it(portal: Flask) -> None:
    silent = [
        f"{method} {rule.rule} ({rule.endpoint})"
        for rule in portal.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})  # refused where only POST is spoken of
        if access.policy_for(rule.endpoint, method) is None
    ]
    assert silent == []


def test_every_line_of_the_policy_is_about_something_that_exists(portal: Flask) -> None:
    assert set(access.EXCEPTIONS) - set(portal.view_functions) == set()
    assert set(access.POLICY) - {*portal.blueprints, "static"} == set()


def test_an_endpoint_or_method_that_nobody_spoke_of_is_refused() -> None:
    assert access.policy_for("newcomer.page", "GET") is None
    assert access.policy_for("admin.people", "DELETE") is None
    assert access.policy_for(None, "GET") is None


def test_templates_refuse_undefined_names(portal: Flask) -> None:
    assert portal.jinja_env.undefined is jinja2.StrictUndefined
    with portal.test_request_context("/"), pytest.raises(jinja2.UndefinedError):
        portal.jinja_env.from_string("{{ nobody_defined_this }}").render()


def test_every_view_says_what_it_is_for(portal: Flask) -> None:
    ours = {name: view for name, view in portal.view_functions.items() if name.split(".")[0] in portal.blueprints}
    assert [name for name, view in ours.items() if not view.__doc__] == []


IMPORTED = re.compile(r"{%-? *(?:import|from) +\"([^\"]+)\"[^%]*?%}")


def test_what_is_imported_without_context_needs_nothing_of_the_page(portal: Flask) -> None:
    """A macro that looks for a value of the page finds none there, and only when it is called."""
    environment = portal.jinja_env
    with portal.test_request_context("/"):
        known = {*environment.globals, *(name for one in portal.template_context_processors[None] for name in one())}
    lacking = []
    for template in environment.list_templates(extensions=["html"]):
        for found in IMPORTED.finditer(source_of(environment, template)):
            if "with context" not in found[0]:
                wanted = meta.find_undeclared_variables(environment.parse(source_of(environment, found[1]))) - known
                lacking += [f"{template} imports {found[1]}, which asks for {name}" for name in sorted(wanted)]
    assert lacking == []


def source_of(environment: jinja2.Environment, template: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, template)[0]
