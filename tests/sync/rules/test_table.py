"""The rules as data: complete, in order, and each said once."""

import re
from collections.abc import Iterable

from django.apps import apps

from sync.rules.table import RULES, RULES_BY_ID, Rule

ARTICLE = (
    "pm-first",
    "pm-company-added",
    "pm-company-edited",
    "pm-plan-added",
    "pm-plan-edited",
    "ehr-insurance-added-matched",
    "ehr-insurance-added-unmatched",
    "ehr-insurance-edited",
    "ehr-secondary-changed",
)
OURS = (
    "pm-secondary-changed",
    "pm-primary-changed",
    "ehr-primary-changed",
    "pm-plan-deleted",
    "ehr-insurance-deleted",
    "pair-repaired",
    "plans-moved",
    "companies-merged",
    "plans-merged",
    "batch-undone",
)


def ids(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules)


def test_the_articles_rules_come_first_and_ours_are_marked() -> None:
    assert ids(RULES) == ARTICLE + OURS
    assert ids(rule for rule in RULES if rule.ours) == OURS


def test_a_rule_is_found_by_its_id() -> None:
    assert len(RULES_BY_ID) == len(RULES)
    assert all(RULES_BY_ID[rule.id] is rule for rule in RULES)


def test_every_rule_says_when_and_then_and_fits_the_log() -> None:
    for rule in RULES:
        assert rule.when, rule.id
        assert rule.then, rule.id
        assert re.fullmatch(r"[a-z-]{1,40}", rule.id)


def test_no_two_rules_say_the_same() -> None:
    for attribute in ("when", "then", "banner"):
        said = [getattr(rule, attribute) for rule in RULES if getattr(rule, attribute)]
        assert len(said) == len(set(said)), attribute


def test_rules_that_cross_nothing_say_so_after_the_save_and_are_labeled() -> None:
    silent = [rule for rule in RULES if rule.then.startswith("nothing")]
    assert silent
    for rule in silent:
        assert rule.nothing, rule.id
        assert rule.label in {"PM only", "EHR only"}, rule.id
        assert rule.label.startswith("PM") == rule.id.startswith("pm-"), rule.id


def test_banners_stand_on_pages_of_models_that_exist() -> None:
    for rule in RULES:
        for label in [*rule.beside, *(label for label, _page in rule.pages)]:
            assert apps.get_model(label), rule.id
        assert bool(rule.banner) == bool(rule.pages or rule.beside), rule.id
