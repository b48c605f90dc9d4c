"""A model as a folder of plain arrays and JSON, each with its SHA-256; nothing in it can run."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from .features import Vocabulary
from .head import Head
from .model import Model

FORMAT: Final = 2
_READ: Final = (1, 2)
"""Formats that can be read: before the second there was no company of words, and the cold verdict weighed the same."""
MANIFEST: Final = "model.json"
_FEATURES: Final = "features.json"
_RARITY: Final = "rarity.npy"
_WORDS: Final = "words.npy"


class ModelError(ValueError):
    """A folder that is no model, or not the one that was saved."""


def to_files(model: Model) -> dict[str, bytes]:
    """The model as named files; the manifest ``model.json`` holds the SHA-256 of all others."""
    known = model.vocabulary
    features = {"words": list(known.words), "pieces": list(known.pieces), "company": list(known.company)}
    files = {
        _FEATURES: _json(features),
        _RARITY: _array(model.vocabulary.rarity.astype(np.float32)),
        _WORDS: _array(model.words),
    }
    manifest = {
        "format": FORMAT,
        "info": model.info,
        "heads": [head.as_dict() for head in model.heads],
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return {**files, MANIFEST: _json(manifest, indent=1)}


def from_files(files: dict[str, bytes]) -> Model:
    """The other way. Raises :class:`ModelError` that says which file is missing, changed or not understood."""
    if MANIFEST not in files:
        raise ModelError(f"{MANIFEST} is missing: this is no model")
    manifest = _parsed(files[MANIFEST], MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") not in _READ:
        raise ModelError(f"{MANIFEST}: only formats up to {FORMAT} can be read")
    known = manifest.get("sha256")
    for name in (_FEATURES, _RARITY, _WORDS):
        if name not in files:
            raise ModelError(f"{name} is missing")
        if not isinstance(known, dict) or hashlib.sha256(files[name]).hexdigest() != known.get(name):
            raise ModelError(f"{name} is not the file that was saved: its SHA-256 differs from {MANIFEST}")
    try:
        return _assembled(manifest, files)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{MANIFEST} does not describe a model: {error}") from error


def save(model: Model, folder: Path) -> None:
    """Write the model into ``folder``, which is made when absent; the manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in to_files(model).items():
        (folder / name).write_bytes(content)


def load(folder: Path) -> Model:
    """Read a model that was saved. Raises :class:`ModelError` when it is missing, changed or not understood."""
    if not folder.is_dir():
        raise ModelError(f"{folder} is no folder with a model")
    names = (MANIFEST, _FEATURES, _RARITY, _WORDS)
    return from_files({name: (folder / name).read_bytes() for name in names if (folder / name).is_file()})


def _assembled(manifest: dict[str, Any], files: dict[str, bytes]) -> Model:
    features = _parsed(files[_FEATURES], _FEATURES)
    rarity = _loaded(files[_RARITY], _RARITY).astype(np.float64)
    vocabulary = Vocabulary(features["words"], features["pieces"], rarity, features.get("company", ()))
    heads = [Head.from_dict(plain) for plain in manifest["heads"]]
    words = _loaded(files[_WORDS], _WORDS)
    if words.ndim != 2 or words.dtype != np.float32 or not np.isfinite(words).all():
        raise ModelError(f"{_WORDS} holds no table of finite numbers")
    int(manifest["info"]["number"])
    return Model(vocabulary, heads, words, manifest["info"])


def _json(value: Any, indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=True, indent=indent, sort_keys=False) + "\n").encode()


def _parsed(content: bytes, name: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise ModelError(f"{name} is not valid JSON") from None


def _array(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def _loaded(content: bytes, name: str) -> Any:
    try:
        return np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ModelError(f"{name} is no plain array: {error}") from error
