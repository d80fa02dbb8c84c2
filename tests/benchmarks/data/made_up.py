"""Made-up payers, places and people, as varied as a billing service's."""

import datetime
import re
from collections.abc import Sequence
from math import prod
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

T = TypeVar("T")


def _words() -> dict[str, list[str]]:
    """Return {section: words} of the file beside this one."""
    sections = re.split(r"\[(\w+)\]", (Path(__file__).parent / "words.txt").read_text())
    return {
        name: [word.strip() for word in text.replace("\n", " ").split(",")]
        for name, text in zip(sections[1::2], sections[2::2], strict=True)
    }


WORDS = _words()
COMPANY_PARTS = (WORDS["first_words"], WORDS["second_words"], WORDS["kinds"])
TOLL_FREE = (800, 833, 844, 855, 866, 877, 888)
USERS = tuple(
    f"{first.lower()}.{last.lower()}"
    for first, last in zip(WORDS["first_names"][::6], WORDS["last_names"][::7], strict=False)
)

NAMES = prod(map(len, COMPANY_PARTS))


class Place(NamedTuple):
    """An address, by the names of the fields that hold it."""

    street_1: str
    street_2: str
    city: str
    state: str
    zip_code: str


def company_name(number: int) -> str:
    """Return a name that no other number has."""
    turn, number = divmod(number, NAMES)
    firsts, seconds, kinds = COMPANY_PARTS
    rest, kind = divmod(number * 7919 % NAMES, len(kinds))
    first, second = divmod(rest, len(seconds))
    name = f"{firsts[first]} {seconds[second]} {kinds[kind]}"
    return f"{name} {turn + 1}" if turn else name


class Maker:
    """What chance makes, beginning from `seed`."""

    def __init__(self, seed: str) -> None:
        random = Random(seed)
        self.random = random.random
        cities = [start + end for start in WORDS["city_starts"] for end in WORDS["city_ends"]]
        random.shuffle(cities)
        # Twenty ZIPs a city, its state's all of one region.
        self._cities = [
            (city, WORDS["states"][n % len(WORDS["states"])], 10000 + n * 280 + n % 7)
            for n, city in enumerate(cities)
        ]

    def below(self, limit: int) -> int:
        return int(self.random() * limit)

    def one_of(self, words: Sequence[T]) -> T:
        return words[int(self.random() * len(words))]

    def word(self, section: str) -> str:
        """Return a word of this section of the file."""
        return self.one_of(WORDS[section])

    def place(self) -> Place:
        """Return a PO box, or a street number with or without a suite."""
        city, state, zip_code = self._cities[self.below(len(self._cities))]
        zip_code += self.below(20)
        digits = f"{zip_code}-{self.below(9000) + 1000}" if self.random() < 0.3 else str(zip_code)
        if self.random() < 0.45:
            return Place(f"PO Box {self.below(990000) + 100}", "", city, state, digits)
        street = f"{self.below(9900) + 100} {self.word('streets')} {self.word('suffixes')}"
        suite = f"Suite {self.below(900) + 100}" if self.random() < 0.3 else ""
        return Place(street, suite, city, state, digits)

    def phone(self) -> str:
        return f"{self.one_of(TOLL_FREE)}-{self.below(800) + 200}-{self.below(10000):04}"

    def plan_name(self) -> str:
        name = f"{self.word('tiers')} {self.word('products')}"
        if self.random() < 0.7:
            name += f" {self.word('groups')}"
        return f"{name} {self.below(9000) + 1000}" if self.random() < 0.6 else name

    def payer_id(self) -> str:
        number = f"{self.below(90000) + 10000}"
        return f"{self.word('states')}{number[:3]}" if self.random() < 0.2 else number

    def person(self) -> tuple[str, str, datetime.date]:
        """Return last name, first name and date of birth."""
        born = datetime.date(1930, 1, 1) + datetime.timedelta(days=self.below(34000))
        return self.word("last_names"), self.word("first_names"), born
