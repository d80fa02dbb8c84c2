"""Two orphans are linked: as one is added, or by the button. The insurance takes its plan's values,
or the counterpart the new record's."""

from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from ehr.models import Insurance
from kareo.records import Refused
from kareo.records.asking.answers import Answers, record_key
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.state import PairState, pair_of
from sync.propagation import link_orphans
from sync.rules import Cause, decide
from sync.rules.decision import UNCHANGED, UPDATED
from tests.conftest import AtOnce, Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)
from tests.screens import link_url, messages_of, why

pytestmark = pytest.mark.django_db

INSURANCE = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}
PHONE, FAX = {"phone": "800-555-0100"}, {"fax": "800-555-0199"}


def counts() -> list[int]:
    return [model.objects.count() for model in (InsuranceCompany, InsurancePlan, Insurance)]


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", **AETNA_ADDRESS)


@pytest.fixture
def plan(aetna: InsuranceCompany) -> InsurancePlan:
    """A plan whose insurance was deleted."""
    return orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)


@pytest.fixture
def insurance() -> Insurance:
    """An insurance whose plan was deleted, and the company that was made for it, if any."""
    orphan = orphan_insurance(**INSURANCE)
    InsuranceCompany.objects.filter(origin="EHR").delete()
    return orphan


class TestAddingAnInsurance:
    def add(self, orphan: InsurancePlan, **values: Any) -> Insurance:
        insurance = Insurance(**{**INSURANCE, **values})
        insurance.answers = Answers(choice=record_key(orphan))
        insurance.save()
        return anew(insurance)

    def test_links_the_chosen_plan_and_makes_none(self, plan: InsurancePlan) -> None:
        before = counts()

        insurance = self.add(plan)

        assert plan_of(insurance) == plan
        assert counts() == [*before[:2], before[2] + 1]
        event = SyncEvent.objects.latest("pk")
        assert (event.rule, event.outcome) == ("pair-repaired", "unchanged")
        assert (event.source_id, event.target_id) == (insurance.pk, plan.pk)
        assert why(event) == "Links the two: neither had a counterpart."

    def test_gives_the_plan_its_values_and_takes_the_companys_name(
        self, plan: InsurancePlan
    ) -> None:
        insurance = self.add(plan, company_name="Aetna Inc", plan_name="PPO", city="Tustin")

        assert (anew(plan).name, anew(plan).city) == ("PPO", "Tustin")
        assert insurance.company_name == "Aetna"
        assert pair_of(insurance).state is PairState.IN_SYNC
        event = SyncEvent.objects.latest("pk")
        assert event.outcome == "updated"
        assert event.changes == {"name": ["HMO", "PPO"], "city": ["Irvine", "Tustin"]}
        assert event.source_changes == {"company_name": ["Aetna Inc", "Aetna"]}

    def test_leaves_what_stays_in_pm(self, plan: InsurancePlan) -> None:
        InsurancePlan.objects.filter(pk=plan.pk).change(contact_name="Kim", notes="Ask for Kim")

        self.add(plan, notes="From the card")

        assert (anew(plan).contact_name, anew(plan).notes) == ("Kim", "Ask for Kim")
        assert anew(plan.company).version == plan.company.version

    def test_a_blank_phone_or_fax_takes_the_plans(self, plan: InsurancePlan) -> None:
        InsurancePlan.objects.filter(pk=plan.pk).change(**PHONE)

        insurance = self.add(plan, **FAX)

        for record in (insurance, anew(plan)):
            assert (record.phone, record.fax) == (PHONE["phone"], FAX["fax"])
        event = SyncEvent.objects.latest("pk")
        assert event.changes == {"fax": ["", FAX["fax"]]}
        assert event.source_changes == {"phone": ["", PHONE["phone"]]}

    def test_a_typed_phone_wins(self, plan: InsurancePlan) -> None:
        InsurancePlan.objects.filter(pk=plan.pk).change(phone="800-555-0111")

        self.add(plan, **PHONE)

        assert anew(plan).phone == PHONE["phone"]

    def test_under_a_chosen_orphan_looks_for_no_company(self, plan: InsurancePlan) -> None:
        """The plan has its company, whatever stands at the address."""
        CompanyFactory(name="VSP", street_1="7 Example Road")

        insurance = self.add(plan, street_1="7 Example Road")

        assert insurance.company_name == "Aetna"
        assert anew(plan).company.name == "Aetna"

    def test_where_the_plan_has_a_counterpart_is_refused(self, aetna: InsuranceCompany) -> None:
        pair = PlanFactory(company=aetna, name="HMO", **AETNA_ADDRESS)
        theirs = insurance_of(pair)

        with pytest.raises(Refused, match="was linked meanwhile"):
            self.add(pair)

        assert list(Insurance.objects.all()) == [theirs]
        assert insurance_of(pair) == theirs

    def test_where_the_plan_was_deleted_is_refused(self, plan: InsurancePlan) -> None:
        gone = anew(plan)
        plan.delete()

        with pytest.raises(Refused, match="is gone"):
            self.add(gone)

        assert not InsurancePlan.objects.exists()

    def test_by_whoever_may_not_see_pm_is_refused(
        self, plan: InsurancePlan, django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("only-ehr", is_staff=True)
        insurance = Insurance(**INSURANCE)
        insurance.answers = Answers(user, choice=record_key(plan))

        with pytest.raises(Refused, match="your role doesn't show you the other list"):
            insurance.save()

        assert not InsuranceLink.objects.exists()

    @pytest.mark.parametrize(
        "token",
        [
            "",
            "pm.InsurancePlan",
            "pm.InsurancePlan:",
            "pm.InsurancePlan:x",
            "pm.InsurancePlan:-{0}",
            "pm.InsurancePlan: {0}",
            "pm.InsurancePlan:{0}:{0}",
            "pm.InsurancePlan:{0}.0",
            "pm.insuranceplan:{0}",
            "ehr.Insurance:{0}",
            "{0}",
            "pm.InsurancePlan:" + "9" * 5000,
            "pm.InsurancePlan:²",
            "pm.InsurancePlan:١",
        ],
    )
    def test_by_a_wrong_name_links_nothing_there(self, plan: InsurancePlan, token: str) -> None:
        insurance = Insurance(**INSURANCE)
        insurance.answers = Answers(choice=token.format(plan.pk))
        insurance.save()

        assert not InsuranceLink.objects.filter(plan=plan).exists()
        assert plan_of(insurance) != plan


class TestAddingAPlan:
    def add(self, company: InsuranceCompany, orphan: Insurance, **values: Any) -> InsurancePlan:
        plan = InsurancePlan(**{"company": company, "name": "HMO", **AETNA_ADDRESS, **values})
        plan.answers = Answers(choice=record_key(orphan))
        plan.save()
        return anew(plan)

    def test_links_the_chosen_insurance_and_makes_none(
        self, aetna: InsuranceCompany, insurance: Insurance
    ) -> None:
        plan = self.add(aetna, insurance)

        assert insurance_of(plan) == insurance
        assert counts() == [1, 1, 1]
        event = SyncEvent.objects.latest("pk")
        assert (event.rule, event.outcome) == ("pair-repaired", "unchanged")
        assert (event.source_id, event.target_id) == (plan.pk, insurance.pk)

    def test_gives_the_insurance_its_values_and_the_companys_name(
        self, aetna: InsuranceCompany, insurance: Insurance
    ) -> None:
        Insurance.objects.filter(pk=insurance.pk).change(company_name="Aetna Inc", notes="Ours")

        plan = self.add(aetna, insurance, name="PPO", is_active=False)

        linked = insurance_of(plan)
        assert linked.name == "Aetna – PPO – 111 Academy Drive, 92617"
        assert (linked.is_active, linked.notes) == (False, "Ours")
        assert set(SyncEvent.objects.latest("pk").changes) == {
            "company_name",
            "plan_name",
            "is_active",
        }

    def test_a_blank_phone_or_fax_takes_the_insurances(
        self, aetna: InsuranceCompany, insurance: Insurance
    ) -> None:
        Insurance.objects.filter(pk=insurance.pk).change(**PHONE)

        plan = self.add(aetna, insurance, **FAX)

        for record in (plan, insurance_of(plan)):
            assert (record.phone, record.fax) == (PHONE["phone"], FAX["fax"])
        assert pair_of(plan).state is PairState.IN_SYNC

    def test_where_the_insurance_has_a_counterpart_is_refused(
        self, aetna: InsuranceCompany
    ) -> None:
        taken = InsuranceFactory(**INSURANCE)
        theirs = plan_of(taken)

        with pytest.raises(Refused, match="was linked meanwhile"):
            self.add(aetna, taken)

        assert list(InsurancePlan.objects.all()) == [theirs]

    def test_what_a_page_had_preset_and_another_plan_has_now_is_refused(
        self, aetna: InsuranceCompany
    ) -> None:
        taken = insurance_of(PlanFactory(company=aetna, name="HMO", **AETNA_ADDRESS))
        plan = InsurancePlan(company=aetna, name="HMO", **AETNA_ADDRESS)
        plan.answers = Answers(choice=f"same {record_key(taken)}")

        with pytest.raises(Refused, match="what this page was going to link isn't the same"):
            plan.save()

        assert InsurancePlan.objects.count() == 1

    def test_by_the_name_of_a_company_links_nothing(
        self, aetna: InsuranceCompany, insurance: Insurance
    ) -> None:
        """A company's key may be an orphan's, too."""
        plan = InsurancePlan(company=aetna, name="HMO", **AETNA_ADDRESS)
        plan.answers = Answers(choice=f"pm.InsuranceCompany:{insurance.pk}")
        plan.save()

        assert insurance_of(plan) != insurance


class TestOnAnEdit:
    def test_of_an_orphan_nothing_is_chosen(
        self, plan: InsurancePlan, insurance: Insurance
    ) -> None:
        for record, other in ((plan, insurance), (insurance, plan)):
            record.answers, record.phone = Answers(choice=record_key(other)), PHONE["phone"]
            record.save()

            assert SyncEvent.objects.latest("pk").outcome == "not_propagated"
        assert not InsuranceLink.objects.exists()

    def test_of_a_pair_nothing_is_chosen(self, insurance: Insurance) -> None:
        plan = PlanFactory()
        theirs = insurance_of(plan)
        plan.answers = Answers(choice=record_key(insurance))

        plan.save()

        assert insurance_of(plan) == theirs
        assert not InsuranceLink.objects.filter(insurance=insurance).exists()


class TestDeciding:
    def test_writes_nothing(self, plan: InsurancePlan, statements: Statements) -> None:
        insurance = Insurance(**INSURANCE)
        insurance.derive()
        insurance.answers = Answers(choice=record_key(plan))

        with statements() as sent:
            [outcome] = decide([insurance]).outcomes

        assert all(sql.startswith("SELECT") for sql in sent)
        assert (outcome.kind, outcome.target, outcome.links_orphans) == (UNCHANGED, plan, True)
        assert outcome.match is not None
        assert outcome.match.company == plan.company

    def test_for_many_asks_no_more_than_for_few(self, statements: Statements) -> None:
        asked = []
        for count in (2, 9):
            records = []
            for number in range(count):
                record = Insurance(**INSURANCE)
                record.derive()
                record.answers = Answers(choice=record_key(orphan_plan(name=f"HMO {number}")))
                records.append(record)
            with statements() as sent:
                outcomes = decide(records).outcomes
            assert [o.kind for o in outcomes] == [UPDATED] * count
            asked.append(len(sent))

        assert asked[0] == asked[1]

    def test_without_a_choice_asks_nothing_more(self, statements: Statements) -> None:
        record = Insurance(**INSURANCE)
        record.derive()

        with statements() as sent:
            decide([record])

        assert len(sent) == 1

    def test_a_repair_links_too(self, plan: InsurancePlan, insurance: Insurance) -> None:
        plan.answers = Answers(choice=record_key(insurance))

        [outcome] = decide([plan], Cause.REPAIRED).outcomes

        assert (outcome.links_orphans, outcome.source, outcome.target) == (True, plan, insurance)


class TestTheButton:
    @pytest.mark.parametrize("side", ["plan", "insurance"])
    def test_links_from_either_side_and_pm_wins(
        self, plan: InsurancePlan, insurance: Insurance, side: str, admin_client: Client
    ) -> None:
        Insurance.objects.filter(pk=insurance.pk).change(company_name="Else", plan_name="PPO")
        record, other = (plan, insurance) if side == "plan" else (insurance, plan)
        before = counts()

        response = admin_client.post(link_url(record), {"counterpart": other.pk}, follow=True)

        assert insurance_of(plan) == insurance
        assert counts() == before
        assert insurance_of(plan).name == "Aetna – HMO – 111 Academy Drive, 92617"
        event = SyncEvent.objects.latest("pk")
        assert (event.rule, event.outcome, event.actor) == ("pair-repaired", "updated", "admin")
        assert (event.source_model, event.target_model) == ("pm.InsurancePlan", "ehr.Insurance")
        assert "The two are now linked." in messages_of(response)[0]
        assert 'data-state="in_sync"' in response.text

    def test_blanks_take_the_others_phone_and_fax(
        self, plan: InsurancePlan, insurance: Insurance
    ) -> None:
        InsurancePlan.objects.filter(pk=plan.pk).change(**FAX)
        Insurance.objects.filter(pk=insurance.pk).change(**PHONE)

        link_orphans(plan, insurance.pk)

        for record in (anew(plan), insurance_of(plan)):
            assert (record.phone, record.fax) == (PHONE["phone"], FAX["fax"])
        event = SyncEvent.objects.latest("pk")
        assert event.changes == {"fax": ["", FAX["fax"]]}
        assert event.source_changes == {"phone": ["", PHONE["phone"]]}

    def test_is_refused_where_one_is_no_orphan_any_more(
        self, plan: InsurancePlan, insurance: Insurance
    ) -> None:
        pair = PlanFactory()
        theirs = insurance_of(pair)
        links = list(InsuranceLink.objects.values_list())

        for record, other in (
            (plan, theirs.pk),
            (insurance, pair.pk),
            (pair, insurance.pk),
            (theirs, plan.pk),
            (pair, theirs.pk),
        ):
            with pytest.raises(Refused, match="Nothing was linked"):
                link_orphans(record, other)

        assert list(InsuranceLink.objects.values_list()) == links

    def test_is_refused_where_one_was_deleted(
        self, plan: InsurancePlan, insurance: Insurance
    ) -> None:
        for record, other in ((plan, 999_999), (insurance, 2**63 - 1), (plan, 0)):
            with pytest.raises(Refused, match="Nothing was linked"):
                link_orphans(record, other)
        gone = anew(insurance)
        insurance.delete()
        with pytest.raises(Refused, match="Nothing was linked"):
            link_orphans(gone, plan.pk)

    def test_says_on_the_page_why_it_was_refused(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        taken = insurance_of(PlanFactory())

        response = admin_client.post(link_url(plan), {"counterpart": taken.pk}, follow=True)

        [message] = messages_of(response)
        assert "Nothing was linked" in message
        assert 'data-state="orphan"' in response.text

    @pytest.mark.parametrize(
        "counterpart", ["", "abc", "-1", "1.5", "9" * 19, "9" * 5000, "a\x00b", "<b>", "١", None]
    )
    def test_links_nothing_for_what_is_no_key(
        self,
        admin_client: Client,
        plan: InsurancePlan,
        insurance: Insurance,
        counterpart: str | None,
    ) -> None:
        data = {} if counterpart is None else {"counterpart": counterpart}

        response = admin_client.post(link_url(plan), data, follow=True)

        assert response.status_code == 200
        assert not InsuranceLink.objects.exists()

    @pytest.mark.parametrize(
        "codenames", [[], ["view_insuranceplan", "view_insurance"], ["change_insurance"]]
    )
    def test_needs_the_permission_to_save_the_record(
        self,
        client: Client,
        django_user_model: type[User],
        plan: InsurancePlan,
        insurance: Insurance,
        codenames: list[str],
    ) -> None:
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)

        response = client.post(link_url(plan), {"counterpart": insurance.pk})

        assert response.status_code == 403
        assert not InsuranceLink.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def joined(self, record: InsurancePlan | Insurance, other: Record) -> bool:
        try:
            link_orphans(record, other.pk)
        except Refused:
            return False
        return True

    def test_of_several_that_choose_one_counterpart_exactly_one_gets_it(
        self, at_once: AtOnce
    ) -> None:
        insurance = orphan_insurance()
        plans = [orphan_plan() for _ in range(6)]

        won = at_once(*(lambda plan=plan: self.joined(plan, insurance) for plan in plans))

        assert won.count(True) == 1
        assert InsuranceLink.objects.get().plan == plans[won.index(True)]
        assert SyncEvent.objects.filter(rule="pair-repaired").count() == 1
        assert pair_of(anew(insurance)).state is PairState.IN_SYNC

    def test_of_several_choices_for_one_orphan_exactly_one_is_done(self, at_once: AtOnce) -> None:
        plan = orphan_plan()
        insurances = [orphan_insurance() for _ in range(6)]

        won = at_once(
            *(lambda i=i: self.joined(plan, i) for i in insurances[:3]),
            *(lambda i=i: self.joined(i, plan) for i in insurances[3:]),
        )

        assert won.count(True) == 1
        assert InsuranceLink.objects.get().insurance == insurances[won.index(True)]

    def test_pairs_linked_crosswise_do_not_deadlock(self, at_once: AtOnce) -> None:
        for _ in range(5):
            plans = [orphan_plan(), orphan_plan()]
            insurances = [orphan_insurance(), orphan_insurance()]

            won = at_once(
                lambda p=plans, i=insurances: self.joined(p[0], i[1]),
                lambda p=plans, i=insurances: self.joined(i[0], p[0]),
                lambda p=plans, i=insurances: self.joined(p[1], i[0]),
                lambda p=plans, i=insurances: self.joined(i[1], p[1]),
            )

            links = InsuranceLink.objects.filter(plan__in=plans)
            assert won.count(True) == links.count() in {1, 2}

    def test_of_several_adds_that_choose_one_orphan_one_gets_it(self, at_once: AtOnce) -> None:
        """The others come second, and are told to choose anew."""
        plan = orphan_plan(name="HMO", company__name="Aetna", **AETNA_ADDRESS)

        def add(number: int) -> str:
            insurance = Insurance(**{**INSURANCE, "street_1": f"{number} Example Road"})
            insurance.answers = Answers(choice=record_key(plan))
            try:
                insurance.save()
            except Refused as refused:
                return str(refused)
            return ""

        said = at_once(*(lambda number=number: add(number) for number in range(6)))

        assert said.count("") == 1
        assert all("what you chose in the other list" in why for why in said if why)
        events = SyncEvent.objects.filter(source_model="ehr.Insurance")
        rules = Counter(events.values_list("rule", flat=True))
        assert rules == {"ehr-insurance-deleted": 1, "pair-repaired": 1}
        assert InsuranceLink.objects.count() == Insurance.objects.count() == 1
        assert pair_of(anew(plan)).state is PairState.IN_SYNC

    def test_an_add_and_an_edit_of_the_orphan_it_chose_lose_nothing(self, at_once: AtOnce) -> None:
        for _ in range(5):
            insurance = orphan_insurance(company_name="Aetna", plan_name="HMO")
            company = CompanyFactory(name="Aetna")

            def add(
                insurance: Insurance = insurance, company: InsuranceCompany = company
            ) -> InsurancePlan:
                plan = InsurancePlan(company=company, name="HMO", **AETNA_ADDRESS)
                plan.answers = Answers(choice=record_key(insurance))
                plan.save()
                return plan

            def edit(insurance: Insurance = insurance) -> bool:
                try:
                    Insurance.objects.filter(pk=insurance.pk).change(**PHONE)
                except Refused:
                    return False
                return True

            plan, edited = at_once(add, edit)

            pair = pair_of(anew(plan))
            assert (pair.state, pair.insurance) == (PairState.IN_SYNC, insurance)
            assert not edited or anew(plan).phone == PHONE["phone"]
