"""Compiles the translations when the portal is built or installed: what is installed speaks every language it has."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]  # its configuration is not ours
    """Puts a `messages.mo` beside each `messages.po`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel, the archive or the editable install is made."""
        for words in Path(self.root, "portal", "translations").glob("*/LC_MESSAGES/messages.po"):
            with words.open("rb") as source, words.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=words.parts[-3]))
