"""What a payer list may look like, and how each bad row is named. No database is asked."""

import io

import pytest

from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing import csv_table
from sync.importing.csv_table import ENCODING, BadRow, UnusableFile, printable
from sync.importing.payer_list import PayerList, PayerRow

HEADER = "company,plan,street_1,street_2,city,state,zip_code,phone,payer_id"
GOOD = "Aetna,HMO,111 Academy Drive,,Irvine,CA,92617,800-555-0100,60054"


def opened(*lines: str | bytes, end: str = "\n") -> io.TextIOWrapper:
    """Return a file of these lines; bytes are taken as they are."""
    content = b"".join(line if isinstance(line, bytes) else (line + end).encode() for line in lines)
    return io.TextIOWrapper(io.BytesIO(content), **ENCODING)


def rows_of(*lines: str | bytes, **options: str) -> list[PayerRow | BadRow]:
    return list(PayerList(opened(*lines, **options)).rows())


def good_row_of(*lines: str | bytes) -> PayerRow:
    [row] = rows_of(*lines)
    assert isinstance(row, PayerRow)
    return row


def good_and_bad(*lines: str | bytes) -> tuple[list[int], list[str]]:
    """Return the lines of the good rows, and what is said of the bad ones."""
    rows = rows_of(*lines)
    good = [row.line for row in rows if isinstance(row, PayerRow)]
    return good, [text for row in rows if isinstance(row, BadRow) for text in row.in_words()]


def with_value(column: str, value: str) -> str:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: value}
    return ",".join(f'"{cell}"' for cell in cells.values())


class TestHeader:
    def test_a_row_is_read_by_the_names_of_its_columns(self) -> None:
        assert rows_of(HEADER, GOOD) == [
            PayerRow(
                line=2,
                company="Aetna",
                plan="HMO",
                address={
                    "street_1": "111 Academy Drive",
                    "street_2": "",
                    "city": "Irvine",
                    "state": "CA",
                    "zip_code": "92617",
                },
                phone="800-555-0100",
                payer_id="60054",
            )
        ]

    def test_columns_stand_in_any_order_and_spelling(self) -> None:
        header = "State, ZIP Code,STREET-1,city ,Plan,Company"
        row = good_row_of(header, "CA,92617,111 Academy Drive,Irvine,HMO,Aetna")
        assert (row.company, row.plan) == ("Aetna", "HMO")
        assert list(row.address.values()) == ["111 Academy Drive", "", "Irvine", "CA", "92617"]

    def test_columns_that_may_be_missing_are_blank(self) -> None:
        header = "company,plan,street_1,city,state,zip_code"
        row = good_row_of(header, "Aetna,HMO,111 Academy Drive,Irvine,CA,92617")
        assert (row.address["street_2"], row.phone, row.payer_id) == ("", "", "")

    def test_unknown_columns_are_named_and_ignored(self) -> None:
        payers = PayerList(opened(f"{HEADER},Notes,", f"{GOOD},<b>\x00,x"))
        assert payers.unknown == ["Notes", "number 11 (without a name)"]
        [row] = payers.rows()
        assert isinstance(row, PayerRow)
        assert row.company == "Aetna"

    @pytest.mark.parametrize("column", ["company", "plan", "street_1", "city", "state", "zip_code"])
    def test_a_missing_column_is_named(self, column: str) -> None:
        with pytest.raises(UnusableFile, match=f"lacks {column}"):
            PayerList(opened(HEADER.replace(column, "other")))

    def test_several_missing_columns_are_named_together(self) -> None:
        with pytest.raises(UnusableFile, match=r"lacks city, state, zip_code\."):
            PayerList(opened("company,plan,street_1"))

    @pytest.mark.parametrize("separator", [";", "\t"])
    def test_another_separator_is_explained(self, separator: str) -> None:
        with pytest.raises(UnusableFile, match="separated by commas"):
            PayerList(opened(HEADER.replace(",", separator)))

    def test_a_column_named_twice_is_named(self) -> None:
        with pytest.raises(UnusableFile, match="names zip_code more than once"):
            PayerList(opened(f"{HEADER},ZIP code"))

    @pytest.mark.parametrize("lines", [(), ("", "  ", ",,"), (b"\xef\xbb\xbf",)])
    def test_an_empty_file_is_named_as_empty(self, lines: tuple[str | bytes, ...]) -> None:
        with pytest.raises(UnusableFile, match="the file is empty"):
            PayerList(opened(*lines))

    def test_a_header_alone_has_no_rows(self) -> None:
        assert rows_of(HEADER) == []

    @pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
    def test_a_header_that_is_not_utf_8_is_named(self, encoding: str) -> None:
        header = f"società,{HEADER}\n".encode(encoding)
        with pytest.raises(UnusableFile, match=r"not UTF-8. Save the file as “CSV UTF-8”"):
            PayerList(opened(header))

    def test_a_header_that_is_no_csv_is_named(self) -> None:
        with pytest.raises(UnusableFile, match=r"header can't be read: line 1: .* quotes"):
            PayerList(opened(f'"company"x,{HEADER}'))


class TestWhatIsRead:
    def test_a_byte_order_mark_is_no_part_of_the_first_column(self) -> None:
        assert len(rows_of(b"\xef\xbb\xbf", HEADER, GOOD)) == 1

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_end_as_any_system_ends_them(self, end: str) -> None:
        assert [row.line for row in rows_of(HEADER, GOOD, GOOD, end=end)] == [2, 3]

    def test_spaces_around_and_doubled_within_are_dropped_and_codes_made_one_way(self) -> None:
        row = good_row_of(HEADER, " Aetna  Life , HMO,111 Academy Drive,,Irvine,ca,926171234,,")
        assert (row.company, row.plan) == ("Aetna Life", "HMO")
        assert (row.address["state"], row.address["zip_code"]) == ("CA", "92617-1234")

    def test_rows_without_any_value_are_no_rows(self) -> None:
        rows = rows_of(HEADER, "", GOOD, ",,,,,,,,", "   ", GOOD)
        assert [row.line for row in rows] == [3, 6]

    def test_a_row_is_named_by_the_line_on_which_it_starts(self) -> None:
        header = f"{HEADER},notes"
        rows = rows_of(header, f'{GOOD},"one\ntwo\nthree"', f"{GOOD},")
        assert [row.line for row in rows] == [2, 5]

    def test_a_comma_or_quote_within_quotes_belongs_to_the_value(self) -> None:
        row = good_row_of(HEADER, GOOD.replace("Aetna", '"Aetna, the ""A"""'))
        assert row.company == 'Aetna, the "A"'

    @pytest.mark.parametrize("value", ["Aet\x07na", "Aet\x00na", "\ufeffAet\u202ena"])
    def test_what_cant_be_seen_in_a_value_is_dropped(self, value: str) -> None:
        assert good_row_of(HEADER, with_value("company", value)).company == "Aetna"


class TestBadRows:
    @pytest.mark.parametrize(
        ("column", "value", "reason"),
        [
            ("zip_code", "2617", "A ZIP has five digits"),
            ("zip_code", "92617-12", "A ZIP has five digits"),
            ("zip_code", "9261O", "A ZIP has five digits"),
            ("state", "XX", "“XX” isn't a USPS state code"),
            ("state", "California", "isn't a USPS state code"),
            ("company", "A" * 300, "at most 150 characters (it has 300)"),
            ("plan", "P" * 200_000, "field larger than field limit"),
            ("plan", "P" * 1000, "at most 150 characters (it has 1000)"),
            ("company", "<script>alert(1)</script>", "looks like markup (<s…)"),
            ("plan", "HMO<b", "looks like markup"),
            ("phone", "call", "at least seven digits"),
            ("payer_id", "6" * 21, "at most 20 characters"),
            ("company", "", "cannot be blank"),
            ("plan", "  ", "cannot be blank"),
            ("street_1", "", "cannot be blank"),
            ("city", "", "cannot be blank"),
            ("state", "", "cannot be blank"),
            ("zip_code", "", "cannot be blank"),
        ],
    )
    def test_a_bad_value_is_named_by_line_column_and_reason(
        self, column: str, value: str, reason: str
    ) -> None:
        good, [bad] = good_and_bad(HEADER, GOOD, with_value(column, value), GOOD)
        assert good[0] == 2
        assert len(good) == 2
        assert bad.startswith("line 3: " if "limit" in reason else f"line 3, {column}: ")
        assert reason in bad

    def test_every_bad_value_of_a_row_is_named(self) -> None:
        _, bad = good_and_bad(HEADER, "Aetna,,111 Academy Drive,,Irvine,XX,1,,")
        assert [text.split(":")[0] for text in bad] == [
            "line 2, plan",
            "line 2, state",
            "line 2, zip_code",
        ]

    def test_a_value_that_was_bad_once_is_bad_again(self) -> None:
        _, bad = good_and_bad(HEADER, *[with_value("state", "XX")] * 3)
        assert [text.split(",")[0] for text in bad] == ["line 2", "line 3", "line 4"]

    @pytest.mark.parametrize(("row", "values"), [("Aetna,HMO", 2), ("Aetna", 1), (f"{GOOD},", 10)])
    def test_a_row_too_short_or_too_long_is_named(self, row: str, values: int) -> None:
        good, [bad] = good_and_bad(HEADER, row, GOOD)
        assert good == [3]
        assert bad.startswith(f"line 2: The header has 9 columns, but this row has {values}.")

    def test_one_bad_row_in_a_thousand_is_found(self) -> None:
        lines = [GOOD] * 1000
        lines[700] = GOOD.replace("92617", "926")
        good, [bad] = good_and_bad(HEADER, *lines)
        assert len(good) == 999
        assert bad.startswith("line 702, zip_code: ")

    def test_a_line_that_is_not_utf_8_is_named_with_its_byte(self) -> None:
        latin = "Caisse santé é".encode("latin-1") + GOOD.encode()[5:] + b"\n"
        good, [bad] = good_and_bad(HEADER, GOOD, latin, GOOD)
        assert good == [2, 4]
        assert bad.startswith("line 3: Byte 12 of line 3 is not UTF-8.")

    def test_the_byte_is_counted_in_bytes_not_characters(self) -> None:
        mixed = "é".encode() + b"\xe9" + GOOD.encode() + b"\n"
        _, [bad] = good_and_bad(HEADER, mixed)
        assert bad.startswith("line 2: Byte 3 of line 2")

    def test_the_line_of_the_byte_is_named_within_a_row_of_several(self) -> None:
        row = f'{GOOD},"one\n'.encode() + b'tw\xf6"\n'
        _, [bad] = good_and_bad(f"{HEADER},notes", row)
        assert bad.startswith("line 2: Byte 3 of line 3")

    def test_a_lone_surrogate_written_as_utf_8_is_a_bad_row(self) -> None:
        good, [bad] = good_and_bad(HEADER, b"\xed\xa0\x80" + GOOD.encode() + b"\n", GOOD)
        assert (good, bad[:14]) == ([3], "line 2: Byte 1")

    def test_quotes_that_do_not_pair_up_are_named(self) -> None:
        good, [bad] = good_and_bad(HEADER, f'"Blue" {GOOD}', GOOD)
        assert good == [3]
        assert bad.startswith("line 2: The row can't be read as CSV")

    def test_a_quote_left_open_costs_its_own_row_only(self) -> None:
        opening = GOOD.replace("HMO", '"HMO')
        quoted = GOOD.replace("HMO", '"PPO, Gold"')
        good, [bad] = good_and_bad(HEADER, opening, quoted, GOOD, *[quoted] * 3)
        assert good == [3, 4, 5, 6, 7]
        assert bad.startswith("line 2: ")

    def test_a_quote_left_open_before_unquoted_rows_costs_its_own_row_only(self) -> None:
        good, [bad] = good_and_bad(HEADER, GOOD, f'"{GOOD}', *[GOOD] * 500)
        assert good == [2, *range(4, 504)]
        assert bad.startswith("line 3: The row can't be read as CSV (a quote is opened")

    def test_a_quote_left_open_that_a_later_line_closes_costs_these_two_only(self) -> None:
        opening = GOOD.replace("HMO", '"HMO')
        good, bad = good_and_bad(HEADER, opening, GOOD, f'{GOOD}"', GOOD)
        assert good == [3, 5]
        assert bad[0].startswith("line 2: The header has 9 columns, but this row has 2.")
        assert bad[1].startswith("line 4: This may be the rest of the bad row before it")

    def test_the_rest_of_a_bad_row_is_not_taken_for_a_row(self) -> None:
        good, bad = good_and_bad(HEADER, '"Aet\nna" Life' + GOOD[5:], GOOD)
        assert good == [4]
        assert [text[:7] for text in bad] == ["line 2:", "line 3:"]

    def test_a_bad_row_of_several_lines_says_how_far_it_goes(self) -> None:
        good, bad = good_and_bad(HEADER, with_value("street_1", "111 Academy\nDrive\nEast"), GOOD)
        assert good == [5]
        assert bad == [
            "line 2, street_1: Character 12 can't be printed (code 10). Remove it. Such characters"
            " often come with pasted text.",
            "line 2: The row has line breaks within quotes, up to line 4.",
        ]

    def test_a_line_that_is_not_utf_8_does_not_swallow_the_lines_after_an_open_quote(self) -> None:
        good, bad = good_and_bad(HEADER, b'"\xe9' + f"{GOOD}\n{GOOD}".encode() + b'"\n', GOOD, GOOD)
        assert good == [4, 5]
        assert len(bad) == 2

    def test_a_quote_left_open_at_the_end_is_named(self) -> None:
        good, [bad] = good_and_bad(HEADER, f'"{GOOD}', GOOD)
        assert good == [3]
        assert bad.startswith("line 2: The row can't be read as CSV")

    def test_a_row_has_a_hundred_lines_at_most(self) -> None:
        """What stands between two quotes that are far apart isn't swallowed as one value."""
        longest = with_value("plan", "\n" * (csv_table.LONGEST_ROW - 1))
        too_long = with_value("plan", "\n" * csv_table.LONGEST_ROW)

        _good, bad = good_and_bad(HEADER, longest)
        assert bad[-1] == "line 2: The row has line breaks within quotes, up to line 101."
        _good, bad = good_and_bad(HEADER, too_long)
        assert "a quote is opened and not closed within 100 lines" in bad[0]

    def test_a_line_that_never_ends_is_bad_and_the_next_is_read(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(csv_table, "LONGEST_LINE", 200)
        good, [bad] = good_and_bad(HEADER, GOOD, with_value("plan", "P" * 900), GOOD)
        assert good == [2, 4]
        assert "the line has more than 200 characters" in bad

    def test_a_last_line_that_never_ends_is_bad(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_table, "LONGEST_LINE", 200)
        good, bad = good_and_bad(HEADER, GOOD, b"x" * 900)
        assert good == [2]
        assert len(bad) == 1


@pytest.mark.parametrize("model", [InsuranceCompany, InsurancePlan])
def test_the_models_have_no_rule_that_the_check_of_each_value_would_miss(
    model: type[Record],
) -> None:
    assert model.clean is Record.clean
    assert model._meta.constraints == []
    assert not model._meta.unique_together


def test_what_is_said_of_a_row_is_short_and_safe_on_a_terminal() -> None:
    _, [bad] = good_and_bad(HEADER, with_value("state", "\x1b[2J" + "X" * 5000))
    assert "\x1b" not in bad
    assert "\\x1b[2J" in bad
    assert len(bad) < 400
    assert printable("São – “Paulo”") == "São – “Paulo”"
