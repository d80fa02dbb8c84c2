"""The system checks find a configuration in which a save would not be safe, and old keys."""

import io
from types import SimpleNamespace

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from pytest_django import Settings

from ehr.models import Insurance
from kareo.records import InsuranceEntry
from pm.models import InsuranceCompany, InsurancePlan
from sync import checks
from tests.factories import PlanFactory


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


@pytest.mark.django_db
class TestKeys:
    """Whether what is stored is of the version that is looked for."""

    def found(self) -> list[CheckMessage]:
        return checks.check_keys(["default"])

    def test_that_are_current_need_nothing(self) -> None:
        PlanFactory()

        assert self.found() == []

    def test_of_an_empty_database_need_nothing(self) -> None:
        assert self.found() == []

    @pytest.mark.parametrize("version", ["address_key_version", "name_key_version"])
    @pytest.mark.parametrize("off", [-1, 1])
    @pytest.mark.parametrize(
        ("model", "kind"),
        [
            (InsuranceCompany, "PM insurance companies"),
            (InsurancePlan, "PM insurance plans"),
            (Insurance, "EHR insurances"),
        ],
    )
    def test_of_another_version_are_told_whichever_they_are(
        self, model: type[InsuranceEntry], kind: str, version: str, off: int
    ) -> None:
        PlanFactory.create_batch(2)
        other = {version: model.key_versions[version] + off}
        model.objects.filter(pk=model.objects.latest("pk").pk).update(**other)

        [warning] = self.found()

        assert warning.id == "sync.W005"
        assert f"in 1 of 3 kinds of records: {kind}." in warning.msg

    def test_of_several_kinds_are_one_warning_until_the_command_has_run(self) -> None:
        PlanFactory()
        InsuranceCompany.objects.update(name_key_version=0)
        Insurance.objects.update(address_key_version=0)

        [warning] = self.found()

        assert "in 2 of 3 kinds of records: PM insurance companies, EHR insurances" in warning.msg
        assert "manage.py recompute_address_keys" in str(warning.hint)
        call_command("recompute_address_keys", stdout=io.StringIO())
        assert self.found() == []

    def test_are_looked_at_where_a_database_is_asked_for_and_nowhere_else(self) -> None:
        PlanFactory()
        InsurancePlan.objects.update(name_key_version=0)

        assert "sync.W005" in ids(run_checks(tags=["database"], databases=["default"]))
        assert "sync.W005" not in ids(run_checks())
        assert checks.check_keys() == []

    def test_of_a_table_from_before_there_was_a_version_are_old(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As `migrate` finds it, which asks before it adds the column."""
        versions = {**Insurance.key_versions, "to_be_added": 1}
        monkeypatch.setattr(Insurance, "key_versions", versions)

        assert self.found() == []
        PlanFactory()
        assert [warning.id for warning in self.found()] == ["sync.W005"]

    def test_of_tables_that_are_not_there_yet_need_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for model in (InsuranceCompany, InsurancePlan, Insurance):
            monkeypatch.setattr(model._meta, "db_table", f"{model._meta.db_table}_to_be")

        assert self.found() == []
