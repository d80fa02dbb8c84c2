"""The machine that applies the rules of `tables.rules` to the words of an address.

Each word has a tag, one character that says which classes it is in. So an address is a string of
tags, and a rule is compiled to a regular expression over them.
"""

import re
from functools import lru_cache

from kareo.addresses.tables.rules import CLASSES, RULES, SHAPES, WIDER

_SHAPES = {shape: re.compile(words).fullmatch for shape, words in SHAPES.items()}
_tags: dict[tuple[str, ...], str] = {}  # {all classes that a word is in: its tag}


def _shape_of(word: str) -> str:
    return next(shape for shape, fits in _SHAPES.items() if fits(word))


def _tag(*classes: str) -> str:
    return _tags.setdefault(classes, chr(0xE000 + len(_tags)))


_TAG_OF_SHAPE = {shape: _tag(shape) for shape in SHAPES}
_TAG_OF_WORD = {
    word: _tag(_shape_of(word), *(name for name, words in CLASSES.items() if word in words))
    for known in CLASSES.values()
    for word in known
}


@lru_cache(maxsize=4096)
def _tag_of(word: str) -> str:
    return _TAG_OF_WORD.get(word) or _TAG_OF_SHAPE[_shape_of(word)]


def tags_of(words: list[str]) -> str:
    """Return the tags of `words`, one character each."""
    return "".join(map(_tag_of, words))


def tags_in(name: str) -> str:
    """Return the tags of all words that are in a class."""
    parts = WIDER.get(name, {name})
    return "".join(tag for classes, tag in _tags.items() if parts.intersection(classes))


def _compiled(rule: str) -> re.Pattern[str]:
    rule = rule.replace("STOP", r"(?= END | UNIT | BOX | \Z)")
    rule = re.sub(r"[A-Z]{2,}", lambda name: f"[{tags_in(name[0])}]", rule.replace("ANY", "."))
    return re.compile("".join(rule.split()))


_COMPILED = {name: _compiled(rule) for name, (rule, *_examples) in RULES.items()}
_MATCHES = {name: rule.match for name, rule in _COMPILED.items()}


def match(rule: str, tags: str, at: int) -> re.Match[str] | None:
    """Return what a rule reads from position `at`, None where it doesn't hold."""
    return _MATCHES[rule](tags, at)


def matches(rule: str, tags: str) -> list[re.Match[str]]:
    """Return all that a rule reads in `tags`, from the left, none within another."""
    return list(_COMPILED[rule].finditer(tags))
