"""Templates compiled once for each language, with the words in their places.

Most words of a page do not depend on the request: which catalogue they come from is known when the template is
compiled. Looked up while rendering they were a third of what a page of many words cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel.support import NullTranslations
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

WORDS = frozenset({"_", "gettext"})


class Parts(Template):
    """A template whose macros, imported without the context of a page, are made once: no template has own globals."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class SpokenEnvironment(Environment):
    """Flask's environment, with one more like it for each language. In itself it speaks as the request wishes."""

    template_class = Parts
    catalogue: NullTranslations | None = None
    pieces: Callable[..., Markup] | None = None
    """What `portal.web.pieces` keeps for this language."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._languages: dict[str, SpokenEnvironment] = {}

    def in_language(self, language: str, catalogue: Callable[[], NullTranslations]) -> SpokenEnvironment:
        """The same templates, filters and globals, compiled with the words of a language.

        :param language: by which name to keep it; the portal offers a few, so they are kept for good.
        :param catalogue: gives the words of that language.
        """
        found = self._languages.get(language)
        if found is None:
            found = self.overlay()
            found.catalogue = catalogue()
            self._languages[language] = found
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.catalogue is not None and _escapes(self, name):
            _InWords(self.catalogue).visit(tree)
            tree.set_environment(self)
        return tree


def _escapes(environment: Environment, name: str | None) -> bool:
    escapes = environment.autoescape
    return bool(escapes(name) if callable(escapes) else escapes)


class _InWords(NodeTransformer):
    """Puts what a catalogue says for `_("...")` into its place; the values of `_("...", name=value)` come later."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self._catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja names it after the node
        self.generic_visit(node)
        if not _says_a_constant(node):
            return node
        message: Any = node.args[0]
        text = Markup(self._catalogue.gettext(message.value))  # noqa: S704  our own words, not a person's
        if not node.kwargs:
            return nodes.Const(text % {} if "%" in text else text, lineno=node.lineno)
        values = [
            nodes.Pair(nodes.Const(one.key, lineno=node.lineno), one.value, lineno=node.lineno) for one in node.kwargs
        ]
        said = nodes.Const(text, lineno=node.lineno)
        return nodes.Mod(said, nodes.Dict(values, lineno=node.lineno), lineno=node.lineno)


def _says_a_constant(node: nodes.Call) -> bool:
    """Whether this is `_("...")` or `_("...", name=value)`, with nothing known only while rendering in its place."""
    called, first = node.node, node.args[0] if len(node.args) == 1 else None
    named = isinstance(called, nodes.Name) and called.name in WORDS
    plain = node.dyn_args is None and node.dyn_kwargs is None
    return named and plain and isinstance(first, nodes.Const) and isinstance(first.value, str)
