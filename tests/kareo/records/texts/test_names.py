"""Two spellings of one name, and names that only look like it."""

import doctest

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kareo.records.texts import names
from kareo.records.texts.names import NAME_KEY_LENGTH, name_key


def test_every_example_in_the_manual_is_right() -> None:
    results = doctest.testmod(names)

    assert results.failed == 0
    assert results.attempted > 5


@pytest.mark.parametrize(
    "spelling",
    [
        "Blue Cross",
        "BLUE  CROSS",
        "blue-cross",
        "Blue Cross.",
        "Ｂlue Cross",
        "BlueCross",
        "Blüe Cróss",
        "The Blue Cross",
        "Blue Cross, Inc.",
        "BLUE CROSS LLC",
        "Blue Cross L.L.C.",
        "The Blue Cross Co., Inc.",
        "Blue Cross Company, Ltd.",
        "Blue Cross Limited Liability Company",
        "Blue & Cross",
        "Blue and Cross",
    ],
)
def test_spellings_of_one_name_have_one_key(spelling: str) -> None:
    assert name_key(spelling) == name_key("Blue Cross")


@pytest.mark.parametrize("form", names.LEGAL_FORMS)
def test_each_legal_form_falls_away_at_the_end_alone(form: str) -> None:
    assert name_key(f"Aetna {form}") == name_key(f"Aetna, {form.title()}.") == name_key("Aetna")
    assert name_key(f"Aetna {form} Health") != name_key("Aetna Health")
    assert name_key(f"{form} Aetna") != name_key("Aetna")
    assert name_key(f"Aetna{form}") != name_key("Aetna")


@pytest.mark.parametrize("word", names.BEFORE_A_LEGAL_FORM)
def test_co_is_a_legal_form_in_front_of_another_one_alone(word: str) -> None:
    assert name_key(f"Aetna {word}., Inc.") == name_key("Aetna")
    for other in (f"Aetna {word}", f"Aetna Inc {word}", f"Aetna of {word}, Inc.", f"{word} Aetna"):
        assert name_key(other) != name_key("Aetna"), other
    assert name_key(f"HP of {word}, Inc.") == name_key(f"HP of {word}") != name_key("HP of")


@pytest.mark.parametrize("ending", names.ENDINGS)
def test_an_insurers_name_ends_alike_however_that_is_written(ending: str) -> None:
    one, *parts = name_key("Aetna Insurance Company"), *ending.split()
    assert name_key(f"Aetna {ending.title()}") == name_key(f"AETNA {'. '.join(parts)}.") == one
    assert name_key(f"Aetna {ending}, Inc.") == name_key("Aetna Insurance Co., Inc.")
    for other in (
        "Aetna",
        "Aetna Insurance",
        "Aetna Co",
        "Aetna Company",
        "Aetna of CO",
        "Aetna Insurance (CO)",
        f"Aetna {ending} of ID",
        f"Aetna {ending} Health",
        f"Aetna {parts[0]} of {parts[1]}",
        f"Aetna{ending}",
    ):
        assert name_key(other) != one, other


@pytest.mark.parametrize("colorado", ["Spring (CO), Inc.", "Spring ( CO ) Inc", "Spring (CO)"])
def test_a_state_in_parentheses_stays(colorado: str) -> None:
    assert name_key(colorado) == "springco" != name_key("Spring, Inc.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. John's", "Saint Johns"),
        ("St Louis", "SAINT LOUIS"),
        ("Mercy (Saint Louis)", "Mercy St. Louis"),
        ("Sainte-Marie", "Ste. Marie"),
        ("Blue Cross and Blue Shield of ID", "BLUE CROSS/BLUE SHIELD OF ID"),
        ("Blue Cross & Blue Shield", "Blue Cross ＆ Blue Shield"),
        ("A&D Foundation, Inc.", "A and D Foundation"),
        ("Smith and Co., Inc.", "Smith"),
        ("Médica Nuñez", "MEDICA NUNEZ"),
        ("Me\u0301dica", "Medica"),
        ("Ærø Łódź", "Aero Lodz"),
        ("The Hartford", "HARTFORD"),
        ("The.", "The"),
        ("Aetna Corp., Inc.", "Aetna"),
        ("A.E.T.N.A", "Aetna"),
        ("Aetna\u00a0Inc", "Aetna"),
    ],
)
def test_what_people_write_for_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Blue Cross", "Blue Shield"),
        ("Blue Cross", "Blue Cross 2"),
        ("Blue Cross", "Blue Cross of ID"),
        ("Blue Cross", ""),
        ("Blue Cross", "-"),
        ("HP of CO", "HP of"),
        ("HP of CO", "HP of ID"),
        ("HP of CO", "HP of Company"),
        ("HP of CO", "HP Insurance Co"),
        ("HP of Insurance CO", "HP of Insurance"),
        ("Aetna Company", "Aetna Co"),
        ("Prudential Ins", "Prudential Insurance Co"),
        ("Robins Co", "Robinsurance Co"),
        ("St Johns", "Johns"),
        ("Saint Johns", "Johns"),
        ("Saints Health", "St Health"),
        ("Aetna Inc", "Aetna Health Inc"),
        ("Aetna Insurance", "Aetna Inc"),
        ("Zinc", "Z"),
        ("Zinc Inc", "Z"),
        ("Aetna PA", "Aetna"),
        ("Aetna Limited", "Aetna"),
        ("Unlimited Liability Company", "Unlimited Liability"),
        ("HMO", "PPO"),
        ("HMO", "HMO Plus"),
        ("HMO Limited", "HMO"),
        ("Plan A and B", "Plan A"),
        ("Plan A & B", "Plan A & D"),
        ("Band B", "B B"),
        ("Ohio and", "Ohio"),
        ("Theater Guild", "Ater Guild"),
        ("Life of the Pines", "Life of Pines"),
        ("T.H.E. Insurance", "Insurance"),
        ("ガ", "カ"),
        ("й", "и"),
    ],
)
def test_names_that_are_close_and_not_the_same(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_nothing_else_keeps_its_words() -> None:
    alone = ["The", "Inc", "LLC", "Co", "Company", "And", "Saint"]

    assert all(map(name_key, alone))
    assert len(set(map(name_key, alone))) == len(alone)
    assert name_key("The Inc.") == name_key("Inc")
    assert name_key("Co., Inc.") == name_key("The Co.") == name_key("Co")
    assert name_key("(Co)") == name_key("Co")


def test_names_of_punctuation_alone_stay_apart() -> None:
    assert name_key("***") != name_key("---")
    assert name_key("***") == name_key(" *** ")
    assert name_key("&") != name_key("(")
    assert name_key("") == ""


def test_the_names_of_several_fields_are_read_one_by_one() -> None:
    key = name_key("Aetna", "HMO")

    assert name_key("AETNA, Inc.", "The HMO") == name_key("The Aetna Co., Inc.", "hmo") == key
    others = [("Aetna",), ("AetnaHMO",), ("Aetna H", "MO"), ("HMO", "Aetna"), ("Aetna", "PPO")]
    assert key not in {name_key(*other) for other in others}


def test_names_that_differ_late_have_other_keys() -> None:
    long = "a" * 2 * NAME_KEY_LENGTH

    assert len({name_key(long), name_key(f"{long}b"), name_key(long, "HMO")}) == 3


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
@example("ß" * 150, "ß" * 150)
def test_a_key_always_fits_its_column_and_knows_no_case_or_spacing(name: str, plan: str) -> None:
    key = name_key(name, plan)
    assert len(key) <= NAME_KEY_LENGTH
    assert name_key(f"  {name}", f"{plan} ") == key
    assert bool(name_key(name)) == bool(name.strip())
