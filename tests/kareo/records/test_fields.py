"""What is typed from an insurance card: normalized where it can be, refused at its field else."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from kareo.records.fields import one_spaced
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from tests.conftest import Statements
from tests.factories import AETNA_ADDRESS, CompanyFactory


def errors_of(**values: Any) -> dict[str, list[str | None]]:
    """Return {field: [codes]} of what cleaning a company with `values` refuses."""
    company = InsuranceCompany(**{"name": "Aetna", **AETNA_ADDRESS, **values})
    try:
        company.clean_fields()
    except ValidationError as error:
        return {name: [e.code for e in es] for name, es in error.error_dict.items()}
    return {}


def cleaned(**values: Any) -> InsuranceCompany:
    company = InsuranceCompany(**{"name": "Aetna", **AETNA_ADDRESS, **values})
    company.clean_fields()
    return company


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("92617", "92617"),
        (" 92617 ", "92617"),
        ("926171234", "92617-1234"),
        ("92617 1234", "92617-1234"),
        ("92617-1234", "92617-1234"),
        ("00501", "00501"),
        ("92617-", "92617"),
        ("926 17", "92617"),
        (" 92617 – 1234 ", "92617-1234"),
        *((f"926{hidden}17", "92617") for hidden in "\u200b\ufeff\u00ad\u202c"),
        ("\u200b92617-1234\u202c ", "92617-1234"),
        ("９２６１７", "92617"),
        ("９２６１７-１２３４", "92617-1234"),
    ],
)
def test_a_zip_is_stored_in_one_form_however_typed(typed: str, stored: str) -> None:
    assert cleaned(zip_code=typed).zip_code == stored


@pytest.mark.parametrize(
    "typed", ["9261", "92617-12", "ABCDE", "00000", "00000-1234", "9261²", "٩٢٦١٧", "92617 x"]
)
def test_what_isnt_a_zip_is_refused(typed: str) -> None:
    assert errors_of(zip_code=typed) == {"zip_code": ["zip"]}


def test_a_refused_zip_says_what_one_looks_like() -> None:
    with pytest.raises(ValidationError, match=r"five digits \(92617\) or nine"):
        InsurancePlan._meta.get_field("zip_code").clean("9261", None)


@pytest.mark.parametrize("typed", ["CA", "ca", " Ca ", "PR", "GU", "AE", "FM", "DC"])
def test_states_and_territories_are_known_in_any_case(typed: str) -> None:
    assert cleaned(state=typed).state == typed.strip().upper()


def test_states_territories_and_armed_forces_are_offered_by_code_and_name() -> None:
    choices = dict(InsuranceCompany._meta.get_field("state").flatchoices)

    assert len(choices) == 50 + 1 + 5 + 3 + 3  # DC, territories, freely associated, armed forces
    assert list(choices) == sorted(choices)
    assert choices["CA"] == "CA – California"
    assert choices["DC"] == "DC – District of Columbia"
    assert choices["AE"] == "AE – Armed Forces Europe"


@pytest.mark.parametrize("typed", ["ZZ", "Ca1", "XX"])
def test_a_state_that_does_not_exist_is_refused_in_words(typed: str) -> None:
    errors = errors_of(state=typed)
    assert "invalid_choice" in errors["state"]
    with pytest.raises(ValidationError, match="isn't a USPS state code"):
        cleaned(state=typed)


@pytest.mark.parametrize("typed", ["AB12", "ab12", " Ab12 "])
@pytest.mark.django_db
def test_a_payer_id_is_stored_and_looked_for_in_one_form_however_typed(typed: str) -> None:
    assert cleaned(payer_id=typed).payer_id == "AB12"
    assert CompanyFactory(payer_id=typed).payer_id == "AB12"
    assert InsuranceCompany.objects.get(payer_id=typed).payer_id == "AB12"


@pytest.mark.parametrize("name", ["payer_id", "policy_number"])
def test_what_a_number_means_is_none_of_the_databases_business(name: str) -> None:
    model = InsuranceCompany if name == "payer_id" else InsurancePolicy
    field: Any = model._meta.get_field(name)

    assert field.deconstruct()[1] == "kareo.records.fields.LineField"


@pytest.mark.parametrize("typed", ["<b>Aetna</b>", "Aetna <script>", "</p>", "<!-- -->", "<?php"])
def test_markup_in_a_line_is_refused(typed: str) -> None:
    assert errors_of(name=typed) == {"name": ["markup"]}


@pytest.mark.parametrize("typed", ["A < B", "Aetna & Co", "<3 Health", "O'Neil “Plus”", "Saúde"])
def test_text_that_only_looks_odd_is_kept(typed: str) -> None:
    assert cleaned(name=typed).name == typed


@pytest.mark.parametrize(
    "character", ["\0", "\x07", "\x7f", "\u200b", "\u202e", "\u2066", "\u3164", "\ud800"]
)
def test_characters_that_cannot_be_printed_are_dropped(character: str) -> None:
    company = cleaned(name=f"Ae{character}tna", notes=f"call{character}\r\n\t<b>first</b>")

    assert company.name == "Aetna"
    assert company.notes == "call\r\n\t<b>first</b>"


@pytest.mark.parametrize("character", ["\n", "\r"])
def test_a_line_has_no_second_one(character: str) -> None:
    with pytest.raises(ValidationError, match="Character 3 can't be printed"):
        cleaned(name=f"Ae{character}tna")


@pytest.mark.parametrize("between", ["\t", "\x85", "\u2028"])
def test_what_is_seen_as_a_gap_parts_two_words(between: str) -> None:
    assert cleaned(name=f"Blue{between}Cross").name == "Blue Cross"


@pytest.mark.parametrize("spaces", ["   ", "\u2003", "\u00a0", "\u3000 ", " \u200b\u2009 "])
def test_spaces_within_are_one_plain_space(spaces: str) -> None:
    assert cleaned(name=f"Blue{spaces}Cross").name == "Blue Cross"


def test_a_name_that_shows_as_nothing_is_none() -> None:
    assert errors_of(name="\u200b\u2066") == {"name": ["blank"]}


def test_notes_have_four_thousand_characters_at_most() -> None:
    form_field = InsuranceCompany._meta.get_field("notes").formfield()
    assert form_field is not None
    with pytest.raises(ValidationError, match="at most 4000 characters"):
        form_field.clean("x" * 4001)


@pytest.mark.parametrize("field", ["name", "street_1", "city", "phone", "payer_id", "contact_name"])
def test_a_name_of_three_hundred_characters_is_refused(field: str) -> None:
    assert "max_length" in errors_of(**{field: "1" * 300})[field]


@pytest.mark.django_db
def test_a_phone_number_is_stored_in_one_way_however_it_is_saved() -> None:
    assert cleaned(phone="(800) 555-0100", fax="8005550101").fax == "800-555-0101"

    stored = CompanyFactory(phone="(800) 555-0100", fax="1.800.555.0101")

    assert (stored.phone, stored.fax) == ("800-555-0100", "800-555-0101")


@pytest.mark.parametrize("typed", ["555", "call us", "-"])
def test_a_phone_number_has_seven_digits_at_least(typed: str) -> None:
    assert errors_of(phone=typed, fax=typed) == {"phone": ["phone"], "fax": ["phone"]}


def test_what_a_plan_needs_a_company_may_lack() -> None:
    blank = dict.fromkeys(AETNA_ADDRESS, "")
    assert errors_of(**blank) == {}

    with pytest.raises(ValidationError) as refused:
        InsurancePlan(name="HMO", **blank).clean_fields(exclude=["company"])
    assert set(refused.value.error_dict) == {"street_1", "city", "state", "zip_code"}


def test_spaces_around_and_between_are_made_one() -> None:
    assert one_spaced("  Blue   Cross ") == "Blue Cross"
    assert one_spaced("Blue Cross") == "Blue Cross"
    assert one_spaced("Blue\u2003Cross\u00a0") == "Blue Cross"


def test_a_state_field_writes_no_choices_into_migrations() -> None:
    _, _, _, kwargs = InsuranceCompany._meta.get_field("state").deconstruct()
    assert kwargs == {"blank": True}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "found"),
    [([], []), (["aetna"], ["Aetna"]), (["aetna", "cigna", "{"], ["Aetna", "Cigna"])],
)
def test_one_of_finds_what_in_finds_for_any_number(names: list[str], found: list[str]) -> None:
    CompanyFactory(name="Aetna")
    CompanyFactory(name="Cigna")
    CompanyFactory(name="Humana")

    companies = InsuranceCompany.objects.order_by("name")
    assert [c.name for c in companies.filter(name_key__one_of=names)] == found
    assert [c.name for c in companies.filter(name_key__in=names)] == found


@pytest.mark.django_db
def test_one_of_is_one_parameter_where_there_are_arrays(statements: Statements) -> None:
    with statements() as sent:
        list(InsuranceCompany.objects.filter(name_key__one_of={"aetna", "cigna"}))

    assert ("= ANY(" in sent[0]) == (connection.vendor == "postgresql")
