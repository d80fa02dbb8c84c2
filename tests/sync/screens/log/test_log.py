"""The sync log: read-only for everyone, filtered, searched, and each record's history."""

import datetime
import html
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from kareo.records.acting import acting
from sync.importing.batches import import_rows
from sync.importing.payer_list import PayerRow
from sync.models import SyncEvent
from sync.screens.log import pages, search, sentences
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)
from tests.screens import change_url

pytestmark = pytest.mark.django_db

LOG = reverse("admin:sync_syncevent_changelist")


def listed(client: Client, **filters: Any) -> list[SyncEvent]:
    page = client.get(LOG, filters)
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def test_a_patient_was_added_before_what_insures_them_was_entered(admin_client: Client) -> None:
    patient = EHRPatientFactory(primary_insurance=InsuranceFactory())
    patient.first_name = "Other"
    patient.save()
    about = {"about": f"ehr.Patient:{patient.pk}"}

    lines = [sentences.done_in_text(event).split()[0] for event in listed(admin_client, **about)]
    assert lines == ["Changed", "Entered", "Added"]
    lines = [sentences.done_in_text(e).split()[0] for e in listed(admin_client, **about, o="0")]
    assert lines == ["Added", "Entered", "Changed"]
    history = strip_tags(
        admin_client.get(reverse("admin:ehr_patient_history", args=[patient.pk])).text
    )
    assert history.index("Entered primary") < history.index("Added EHR patient")


def test_nobody_can_add_change_or_delete(admin_client: Client) -> None:
    PlanFactory()
    event = SyncEvent.objects.latest("pk")

    assert admin_client.get(reverse("admin:sync_syncevent_add")).status_code == 403
    for page in ("change", "delete"):
        url = reverse(f"admin:sync_syncevent_{page}", args=[event.pk])
        assert admin_client.post(url, {"reason": "forged", "post": "yes"}).status_code == 403
    assert SyncEvent.objects.get(pk=event.pk).reason == event.reason
    assert "_selected_action" not in admin_client.get(LOG).text


def test_shows_newest_first_with_links_to_both_records(admin_client: Client) -> None:
    plan = PlanFactory()

    newest, oldest = listed(admin_client)
    page = admin_client.get(LOG).text

    assert (newest.rule, oldest.rule) == ("pm-plan-added", "pm-company-added")
    cells = re.findall(r'class="field-(who|done_in_short|effect_in_short)">(.*?)</td>', page)
    assert [(name, strip_tags(cell)) for name, cell in cells] == [
        ("who", "–"),
        ("done_in_short", f"Added plan {plan}"),
        ("effect_in_short", "EHR insurance created"),
        ("who", "–"),
        ("done_in_short", f"Added company {plan.company}"),
        ("effect_in_short", "PM only"),
    ]
    assert reverse("admin:pm_insuranceplan_change", args=[plan.pk]) in page
    assert reverse("admin:ehr_insurance_change", args=[plan.link.insurance.pk]) in page


def test_filters_by_rule_outcome_day_and_user(admin_client: Client) -> None:
    with acting("front"):
        PlanFactory()
    with acting("biller"):
        company = CompanyFactory()
    old = SyncEvent.objects.get(source_id=company.pk, actor="biller")
    SyncEvent.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=40)
    )
    today = timezone.localtime()

    assert [e.rule for e in listed(admin_client, rule="pm-plan-added")] == ["pm-plan-added"]
    assert [e.rule for e in listed(admin_client, outcome__exact="created")] == ["pm-plan-added"]
    assert listed(admin_client, actor="biller") == [old]
    assert old not in listed(
        admin_client, created_at__gte=today.replace(hour=0, minute=0, second=0, microsecond=0)
    )


def test_filters_what_no_rule_speaks_of(admin_client: Client) -> None:
    PolicyFactory(rank="tertiary")

    assert {event.rule for event in listed(admin_client, rule="none")} == {""}


def test_is_searched_by_either_record(admin_client: Client) -> None:
    PlanFactory(name="Needle", company__name="Haystack")
    PlanFactory()

    assert {e.rule for e in listed(admin_client, q="Needle")} == {"pm-plan-added"}
    assert len(listed(admin_client, q="Haystack")) == 2


@pytest.fixture
def _reads_no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a long log, of which only the newest entries are read: here only the newest one."""
    monkeypatch.setattr(search, "MOST_READ", 1)


@pytest.mark.usefixtures("_reads_no_texts")
def test_is_searched_by_what_the_lists_of_records_find(admin_client: Client) -> None:
    plan = PlanFactory(name="Needle", company__name="Haystack", phone="800-555-0100")
    patient = PMPatientFactory(chart_number="C777")
    policy = PolicyFactory(patient=patient, policy_number="W777")
    PlanFactory()

    assert {e.rule for e in listed(admin_client, q="needle")} == {"pm-plan-added"}
    assert [e.source_id for e in listed(admin_client, q="(800) 555 0100")] == [plan.pk]
    assert len(listed(admin_client, q="Haystack")) == 2
    assert {e.source_id for e in listed(admin_client, q="W777")} == {patient.pk, policy.pk}
    assert listed(admin_client, q="Needle", rule="pm-company-added") == []
    assert listed(admin_client, q="nowhere") == []


@pytest.mark.usefixtures("_reads_no_texts")
def test_is_searched_by_a_name_that_no_record_has_any_more(admin_client: Client) -> None:
    gone = CompanyFactory(name="Gone")
    key = gone.pk
    gone.delete()
    renamed = CompanyFactory(name="Maiden name")
    renamed.name = "Wedded name"
    renamed.save()
    plan = PlanFactory(name="Plan of old")
    plan.name = "New"
    plan.save()
    PlanFactory()

    assert [e.source_id for e in listed(admin_client, q="gone")] == [key, key]
    for old, count in (("maiden", 2), ("wedded", 2), ('"plan of old"', 2)):
        assert len(listed(admin_client, q=old)) == count


@pytest.mark.usefixtures("_reads_no_texts")
def test_is_searched_by_a_payer_id_that_no_company_has_any_more(admin_client: Client) -> None:
    company = CompanyFactory(name="Medicare", payer_id="DEMO08")
    company.payer_id = "01112"
    company.save()
    gone = CompanyFactory(name="Gone", payer_id="DEMO09")
    key = gone.pk
    gone.delete()
    CompanyFactory(payer_id="99999")

    for typed in ("DEMO08", "demo08 medicare", "01112"):
        assert [e.source_id for e in listed(admin_client, q=typed)] == [company.pk] * 2
    assert [e.source_id for e in listed(admin_client, q="DEMO09")] == [key, key]
    assert listed(admin_client, q="DEMO08 Gone") == []


@pytest.mark.usefixtures("_reads_no_texts")
def test_is_searched_by_the_name_of_an_imported_file(admin_client: Client) -> None:
    for number, file in enumerate(("payers-2025.csv", "payers-2026.csv"), 2):
        place = {**AETNA_ADDRESS, "street_2": ""}
        row = PayerRow(number, "Aetna", str(number), place, "", "")
        list(import_rows([row], file, 10))
    CompanyFactory()

    assert {e.reason["file"] for e in listed(admin_client, q="PAYERS 2025")} == {"payers-2025.csv"}
    assert len(listed(admin_client, q="payers")) == 3
    assert len(listed(admin_client, q="payers", rule="pm-plan-added")) == 2
    assert listed(admin_client, q="payers-2024") == []


@pytest.mark.usefixtures("_reads_no_texts")
def test_says_that_a_search_found_too_much(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        CompanyFactory(name="Alike")
    CompanyFactory()

    monkeypatch.setattr(pages, "MOST_FOUND", 2)
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    assert "more than 2 sync log entries: add a word" in admin_client.get(LOG, {"q": "alike"}).text
    monkeypatch.undo()
    monkeypatch.setattr(search, "MOST_READ", 1)
    assert "3 sync log entries\n" in admin_client.get(LOG, {"q": "alike"}).text
    monkeypatch.setattr(search, "MOST_RECORDS", 2)
    assert "more than 2 sync log entries: add a word" in admin_client.get(LOG, {"q": "alike"}).text


@pytest.fixture
def five(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the keys of five entries, the newest first; a page has two."""
    monkeypatch.setattr(admin.site.get_model_admin(SyncEvent), "list_per_page", 2)
    CompanyFactory.create_batch(5)
    return list(SyncEvent.objects.values_list("pk", flat=True))


def walked(client: Client, words: str, url: str) -> list[list[int]]:
    """Return the keys on the page at `url` and on those that its links called `words` lead to."""
    shown = []
    while url:
        page = client.get(f"{LOG}{url}")
        shown.append([event.pk for event in page.context["cl"].result_list])
        found = re.findall(rf'<a href="([^"]*)"[^>]*>{words}</a>', page.text)
        url = html.unescape(found[0]) if found else ""
    return shown


@pytest.mark.parametrize("narrowed", ["", "rule=pm-company-added", "outcome__exact=not_propagated"])
def test_is_paged_by_key_from_either_end(
    admin_client: Client, five: list[int], narrowed: str
) -> None:
    PlanFactory.create_batch(1)
    SyncEvent.objects.filter(rule="pm-plan-added").delete()
    newest, *five = SyncEvent.objects.values_list("pk", flat=True)
    a, b, c, d, e = five
    url = f"?{narrowed}&"

    assert walked(admin_client, "Older", url) == [[newest, a], [b, c], [d, e]]
    assert walked(admin_client, "Oldest", url) == [[newest, a], [d, e]]
    assert walked(admin_client, "Newer", f"{url}after=0") == [[d, e], [b, c], [newest, a]]
    assert walked(admin_client, "Newest", f"{url}after=0") == [[d, e], [newest, a]]
    # Oldest first:
    assert walked(admin_client, "Newer", f"{url}o=0") == [[e, d], [c, b], [a, newest]]
    assert walked(admin_client, "Newest", f"{url}o=0") == [[e, d], [a, newest]]
    assert walked(admin_client, "Older", f"{url}o=0&after={b}") == [[a, newest], [c, b], [e, d]]
    assert walked(admin_client, "Oldest", f"{url}o=0&after={b}") == [[a, newest], [e, d]]


def test_a_page_stays_what_it_was_when_entries_are_added(
    admin_client: Client, five: list[int]
) -> None:
    before = {"before": five[1]}
    page = listed(admin_client, **before)
    CompanyFactory()

    assert listed(admin_client, **before) == page
    assert [event.pk for event in page] == five[2:4]


def test_back_at_the_newest_it_shows_a_full_page(admin_client: Client, five: list[int]) -> None:
    assert [event.pk for event in listed(admin_client, after=five[1])] == five[:2]
    assert [event.pk for event in listed(admin_client, after=five[0])] == five[:2]
    assert [event.pk for event in listed(admin_client, before=five[-1])] == five[:2]


def test_a_page_that_is_none_is_treated_as_a_wrong_filter(admin_client: Client) -> None:
    for wrong in ("x", "-1", "9" * 30, ""):
        assert admin_client.get(LOG, {"before": wrong})["Location"].endswith("?e=1")


def test_no_filter_takes_the_page_along(admin_client: Client, five: list[int]) -> None:
    page = admin_client.get(LOG, {"before": five[1]})

    others = [url for url in re.findall(r'href="(\?[^"]*)"', page.text) if "outcome" in url]
    assert others
    assert not any("before" in url for url in others)


def test_is_sorted_by_time_alone(admin_client: Client, five: list[int]) -> None:
    page = admin_client.get(LOG).text

    assert re.findall(r'scope="col" class="([^"]*sortable[^"]*)"', page) == [
        "sortable column-when sorted descending"
    ]
    for other in ("4", "-1.4"):  # by user
        assert listed(admin_client, o=other)[0].pk in (five[0], five[-1])


def test_counts_up_to_a_limit_and_says_about_how_long_a_longer_log_is(
    admin_client: Client, five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(**filters: str) -> str:
        found = re.findall('"paginator">(.*?)</p>', admin_client.get(LOG, filters).text, re.DOTALL)
        return " ".join(re.sub("<[^>]*>", " ", found[0]).split())

    assert said() == "Older Oldest 5 sync log entries"
    assert (
        said(q="Company", before=str(five[1]))
        == "Newest Newer Older Oldest 5 sync log entries Show all"
    )
    assert said(actor="nobody") == "0 sync log entries Show all"
    monkeypatch.setattr(pages, "MOST_COUNTED", 4)
    monkeypatch.setattr(pages, "estimated", lambda: 1_234_567)
    assert said() == "Older Oldest about 1,230,000 sync log entries"
    assert said(outcome__exact="not_propagated") == (
        "Older Oldest more than 4 sync log entries Show all"
    )


def test_estimates_by_the_statistics_of_the_database(five: list[int]) -> None:
    assert pages.estimated() in (5, -1)  # -1 where PostgreSQL has none yet


def test_filters_what_happened_since_a_day(admin_client: Client) -> None:
    events = [CompanyFactory() and SyncEvent.objects.latest("pk") for _ in range(4)]
    now = timezone.localtime()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for event, moved in zip(events, (-40, -1 / 48, 0, 0), strict=True):
        when = today + datetime.timedelta(days=moved)
        SyncEvent.objects.filter(pk=event.pk).update(created_at=when)
    tomorrow = today + datetime.timedelta(days=1)

    assert listed(admin_client, created_at__gte=today, created_at__lt=tomorrow) == events[:1:-1]
    assert listed(admin_client, created_at__gte=today, created_at__lt=today) == []
    month = today - datetime.timedelta(days=31)
    assert listed(admin_client, created_at__gte=month, created_at__lt=tomorrow) == events[:0:-1]
    assert listed(admin_client, created_at__gte=tomorrow + datetime.timedelta(days=2)) == []
    with pytest.warns(RuntimeWarning, match="naive"):
        assert listed(admin_client, created_at__gte=today.date()) == events[:1:-1]


def test_filters_last_month_and_from_one_day_to_another(admin_client: Client) -> None:
    events = [CompanyFactory() and SyncEvent.objects.latest("pk") for _ in range(4)]
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last_month = (first - datetime.timedelta(days=1)).replace(day=1)
    hour = datetime.timedelta(hours=1)
    times = [last_month - hour, last_month + hour, first - hour, first]
    for event, when in zip(events, times, strict=True):
        SyncEvent.objects.filter(pk=event.pk).update(created_at=when)
    page = admin_client.get(LOG).text
    link = html.unescape(re.findall(r'<a href="([^"]*)">Last month</a>', page)[0])

    found = admin_client.get(f"{LOG}{link}")
    assert list(found.context["cl"].result_list) == events[2:0:-1]

    def between(since: Any, until: Any, **others: str) -> list[SyncEvent]:
        days = {
            "created_at__from": since and since.date(),
            "created_at__to": until and until.date(),
        }
        return listed(admin_client, **days, **others)

    assert between(last_month, first - hour) == events[2:0:-1]
    assert between(last_month, last_month) == [events[1]]
    assert between("", last_month) == events[1::-1]
    assert between(first, "") == [events[3]]
    assert between("", timezone.localtime()) == events[::-1]
    assert between(last_month - 2 * hour, last_month - 2 * hour, rule="pm-plan-added") == []
    assert between("", last_month - datetime.timedelta(days=40)) == []


def test_the_days_keep_the_other_filters(admin_client: Client) -> None:
    page = admin_client.get(LOG, {"rule": "none", "created_at__from": "2026-01-05"}).text
    days = page.partition('class="days"')[2].partition("</form>")[0]

    assert '<input type="hidden" name="rule" value="none">' in days
    assert 'value="01/05/2026"' in days
    assert 'type="hidden" name="created_at' not in days
    assert "created_at__from" not in re.findall(r'<a href="([^"]*)">Last month</a>', page)[0]


def days_of(page: str) -> tuple[list[str], str]:
    """Return what stands in the boxes From and To, and all that is said beside them."""
    form = page.partition('class="days"')[2].partition("</form>")[0]
    values = re.findall(r'<input type="text"[^>]* value="([^"]*)"', form)
    return values, " ".join(re.findall("<p[^>]*>(.*?)</p>", form))


@pytest.mark.parametrize("typed", ["1-5-26", "01052026", "Jan 5 2026", " 01/05/2026 "])
def test_a_day_is_typed_as_in_any_form(admin_client: Client, typed: str) -> None:
    event = CompanyFactory() and SyncEvent.objects.latest("pk")
    day = timezone.make_aware(datetime.datetime(2026, 1, 5, 12))
    SyncEvent.objects.filter(pk=event.pk).update(created_at=day)

    assert listed(admin_client, created_at__from=typed, created_at__to=typed) == [event]
    assert listed(admin_client, created_at__to="1/4/26") == []
    page = admin_client.get(LOG, {"created_at__from": typed}).text
    assert days_of(page) == (["01/05/2026", ""], "")


def test_from_after_to_is_swapped_and_said_so(admin_client: Client) -> None:
    event = CompanyFactory() and SyncEvent.objects.latest("pk")
    later, earlier = f"{timezone.localdate():%m/%d/%Y}", "01/05/2020"
    swapped = {"created_at__from": later, "created_at__to": earlier}

    assert listed(admin_client, **swapped) == [event]
    values, said = days_of(admin_client.get(LOG, swapped).text)
    assert values == [earlier, later]
    assert said == "From was after To, so the two were swapped."


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2026-02-31", "Type month, day and year"),
        ("soon", "Type month, day and year"),
        ("01/05/1886", "The year 1886 is before 1900."),
    ],
)
def test_what_is_no_day_narrows_nothing_and_says_so(
    admin_client: Client, typed: str, says: str
) -> None:
    event = CompanyFactory() and SyncEvent.objects.latest("pk")
    typed_so = {"created_at__from": "01/05/2020", "created_at__to": typed}

    assert listed(admin_client, **typed_so) == [event]
    page = admin_client.get(LOG, typed_so).text
    values, said = days_of(page)
    assert values == ["01/05/2020", typed]
    assert says in said
    assert "Until then it narrows nothing." in said
    assert page.count("aria-invalid") == 1


@pytest.mark.parametrize("day", ["01/01/1900", "12/31/9999"])
def test_the_first_day_and_the_last_of_all_are_days(admin_client: Client, day: str) -> None:
    CompanyFactory()

    assert listed(admin_client, created_at__from="01/01/1900", created_at__to="12/31/9999")
    assert (
        admin_client.get(LOG, {"created_at__from": day, "created_at__to": day}).status_code == 200
    )


def test_empty_days_are_any_date(admin_client: Client) -> None:
    page = admin_client.get(LOG, {"created_at__from": "", "created_at__to": ""}).text

    assert re.search(r'<li class="selected">\s*<a href="[^"]*">Any date</a>', page)


def test_one_entry_shows_what_changed_on_both_sides(admin_client: Client) -> None:
    plan = PlanFactory(name="Before")
    plan.name = "After"
    plan.save()
    event = SyncEvent.objects.latest("pk")

    page = admin_client.get(reverse("admin:sync_syncevent_change", args=[event.pk])).text

    assert page.count("Plan name: Before → After") == 2


def test_an_entry_is_headed_by_what_was_done(admin_client: Client) -> None:
    company = CompanyFactory(name="Smith & Sons")
    page = admin_client.get(
        reverse("admin:sync_syncevent_change", args=[SyncEvent.objects.latest("pk").pk])
    )

    assert page.context["title"] == "Added company Smith & Sons"
    assert "Not propagated" not in page.text
    assert "What was done" not in page.text
    assert f'<a href="{change_url(company)}">Smith &amp; Sons</a>' in page.text


def test_a_line_on_hover_has_a_name_as_it_is(admin_client: Client) -> None:
    CompanyFactory(name="Smith & Sons")
    assert 'title="Added company Smith &amp; Sons"' in admin_client.get(LOG).text


def test_the_effects_are_filtered_by_words_for_people(admin_client: Client) -> None:
    page = admin_client.get(LOG).text
    filters = page.partition('id="changelist-filter"')[2].partition("</nav>")[0]

    assert "By effect on the other list" in filters
    assert re.search(r"outcome__exact=not_propagated\">\s*Nothing: stays in its list", filters)
    assert re.search(r"outcome__exact=unchanged\">\s*No change needed", filters)


def test_an_entry_shows_days_and_times_as_everywhere_else(admin_client: Client) -> None:
    patient = PMPatientFactory(date_of_birth=datetime.date(1980, 5, 17))
    patient.date_of_birth = datetime.date(1986, 1, 5)
    patient.save()
    event = SyncEvent.objects.latest("pk")

    for url in (
        reverse("admin:sync_syncevent_change", args=[event.pk]),
        reverse("admin:pm_patient_history", args=[patient.pk]),
    ):
        page = admin_client.get(url).text
        assert "Date of birth: 05/17/1980 → 01/05/1986" in page
        assert timezone.localtime(event.created_at).strftime("%b %-d, %-I:%M %p") in page


def test_one_entry_has_a_dash_for_no_rule_and_no_effect(admin_client: Client) -> None:
    patient = EHRPatientFactory()
    patient.first_name = "Other"
    patient.save()
    event = SyncEvent.objects.latest("pk")

    page = admin_client.get(reverse("admin:sync_syncevent_change", args=[event.pk])).text

    for name in ("rule_title", "effect"):
        field = page.split(f"field-{name}")[1]
        assert re.findall(r'<div class="readonly">([^<]*)</div>', field)[0] == "–"


def test_numbers_of_an_entry_are_seen_on_hover_only(admin_client: Client) -> None:
    PlanFactory()
    event = SyncEvent.objects.latest("pk")

    for url in (LOG, reverse("admin:sync_syncevent_change", args=[event.pk])):
        page = admin_client.get(url).text
        assert f'title="{sentences.numbers(event)}"' in page
        assert str(event.batch) not in strip_tags(page)


def test_what_is_said_on_hover_is_escaped_once(admin_client: Client) -> None:
    PlanFactory(company__name="Johnson & Johnson")

    page = admin_client.get(LOG).text

    assert 'title="Added plan Johnson &amp; Johnson – ' in page
    assert "EHR insurance Johnson &amp; Johnson – " in page
    assert "&amp;amp;" not in page


def test_history_of_a_record_is_what_it_caused_and_what_wrote_it(admin_client: Client) -> None:
    with acting("clerk"):
        plan = PlanFactory()
    insurance = plan.link.insurance
    insurance.phone = "800-555-0100"
    with acting("nurse"):
        insurance.save()
    PlanFactory()

    page = admin_client.get(reverse("admin:pm_insuranceplan_history", args=[plan.pk]))

    events = list(SyncEvent.objects.about(plan))
    assert [event.rule for event in events] == ["ehr-insurance-edited", "pm-plan-added"]
    assert "nurse" in page.text
    assert "clerk" in page.text
    assert "Phone: empty → 800-555-0100" in page.text


def test_the_history_says_that_names_went_stale_not_that_they_still_are(
    admin_client: Client,
) -> None:
    company = PlanFactory(company__name="Aetna").company
    company.name = "Aetna Health"
    company.save()

    page = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[company.pk])).text

    assert "PM only: 1 EHR name went stale." in page
    assert "still shows" not in page


def test_history_of_a_patient_has_the_policies_too_the_deleted_ones_as_well(
    admin_client: Client,
) -> None:
    policy = PolicyFactory(rank="secondary", policy_number="W77")
    patient = policy.patient
    policy.delete()

    page = admin_client.get(reverse("admin:pm_patient_history", args=[patient.pk]))

    assert page.text.count("Secondary changed in PM") == 2
    assert "Policy number: W77 → empty" in page.text


def test_history_leads_to_the_whole_of_it_in_the_log_under_any_name(admin_client: Client) -> None:
    company = CompanyFactory(name="Old name")
    company.name = "New name"
    company.save()
    CompanyFactory()
    page = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[company.pk]))
    link = f"?about=pm.InsuranceCompany%3A{company.pk}"

    assert link in page.text
    assert len(listed(admin_client, about=f"pm.InsuranceCompany:{company.pk}")) == 2
    assert listed(admin_client, about="pm.InsuranceCompany:x") == []


def test_history_of_a_record_without_any_says_so(admin_client: Client) -> None:
    company = CompanyFactory()
    SyncEvent.objects.all().delete()

    page = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[company.pk]))

    assert "No changes yet." in page.text


def test_home_shows_what_the_user_did_last(admin_client: Client) -> None:
    with acting("admin"):
        CompanyFactory(name="Mine")
    with acting("other"):
        CompanyFactory(name="Theirs")

    page = admin_client.get(reverse("admin:index")).text

    assert "Mine" in page
    assert "Theirs" not in page


def test_a_search_tells_nothing_of_records_that_its_user_may_not_see() -> None:
    """Whose number it is: the log itself doesn't show a phone number, nor a former payer ID."""
    plan = PlanFactory(phone="800-555-0123", company__payer_id="DEMO08")
    edit(plan.company, payer_id="01112")
    SyncEvent.objects.filter(source_model="pm.InsuranceCompany", rule="pm-company-added").delete()
    may_see_all, reader = User.objects.create_superuser("admin"), User.objects.create_user("reader")

    def found_by(user: User, typed: str) -> set[int]:
        request = HttpRequest()
        request.user = user
        return search.found(SyncEvent.objects.all(), typed, admin.site, request).keys

    for typed in ("800-555-0123", "DEMO08"):
        assert len(found_by(may_see_all, typed)) == 1
        assert found_by(reader, typed) == set()


def test_a_policy_is_a_link_to_its_patient(admin_client: Client) -> None:
    policy = PolicyFactory(rank="secondary")
    event = SyncEvent.objects.filter(source_model="pm.InsurancePolicy").latest("pk")

    said = sentences.done(event)

    assert f'<a href="{change_url(policy.patient)}">{event.source_text}</a>' in said


def test_where_nothing_is_found_it_says_what_to_try(admin_client: Client) -> None:
    def said(**query: str) -> str:
        page = html.unescape(admin_client.get(LOG, query).text)
        return strip_tags(page.partition("data-nothing-found>")[2].partition("</p>")[0])

    CompanyFactory()
    assert said() == ""
    assert said(rule="pm-company-added") == ""
    found_nothing = said(q="zzz")
    assert "Nothing found for “zzz”. Check the spelling, or try a chart number" in found_nothing
    assert "without the filters" not in found_nothing
    assert "Search without the filters" in said(q="zzz", rule="pm-company-added")
    assert "Nothing in the log fits these filters" in said(rule="pm-plan-added")


def test_it_is_filtered_by_what_may_be_in_it(admin_client: Client) -> None:
    User.objects.create_user("idle")
    User.objects.create_user("biller")
    with acting("biller"):
        CompanyFactory()
    page = admin_client.get(LOG).text

    assert "?actor=biller" in page
    assert "?actor=idle" not in page
    assert "?rule=pm-plan-added" in page
    assert "?rule=pm-first" not in page
