"""Every address has somebody who may use it, none is lost, and errors about undefined names cannot pass silently."""

import jinja2
import pytest
from flask import Flask

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
