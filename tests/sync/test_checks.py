"""The system checks find a configuration in which a save would not be safe."""

from types import SimpleNamespace

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from sync import checks


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_the_project_is_configured_as_it_must_be(settings: Settings) -> None:
    assert checks.check_middleware() == checks.check_databases() == []


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        ([], ["sync.E001", "sync.E002"]),
        ([checks.NEEDED_BEFORE[checks.ACTION], checks.ACTION], ["sync.E002"]),
        ([checks.ACTION, checks.NEEDED_BEFORE[checks.ACTION], checks.EFFECT], ["sync.E001"]),
    ],
)
def test_middleware_missing_or_out_of_order(
    settings: Settings, middleware: list[str], expected: list[str]
) -> None:
    settings.MIDDLEWARE = middleware

    assert ids(checks.check_middleware()) == expected


@pytest.mark.parametrize(
    ("vendor", "options", "expected"),
    [
        ("postgresql", {}, []),
        ("mysql", {}, ["sync.E003"]),
        ("sqlite", {}, ["sync.E004"]),
        ("sqlite", {"transaction_mode": "IMMEDIATE"}, []),
    ],
)
def test_database_that_cannot_lock(
    monkeypatch: pytest.MonkeyPatch, vendor: str, options: dict[str, str], expected: list[str]
) -> None:
    fake = SimpleNamespace(vendor=vendor, display_name=vendor, settings_dict={"OPTIONS": options})
    monkeypatch.setattr(checks, "connections", {"default": fake})

    assert ids(checks.check_databases(["default"])) == expected
