"""What a preview says, as data: its lines, and what keeps the page from being saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from sync.pairs.sides import SIDES
from sync.screens.preview.alike import AlikeLine
from sync.screens.preview.choices import NOTHING_OPEN, Choice, OpenChoice
from sync.screens.wording.records import counted


@dataclass(frozen=True, slots=True)
class Line:
    """One effect of the save, in one of the two lists."""

    system: str  # "pm" or "ehr"
    outcome: str
    text: SafeString | str
    details: Sequence[str] = ()
    note: str = ""
    warns: bool = False

    @property
    def name(self) -> str:
        return SIDES[self.system].name


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field of the form, by its `id` on the page, and what is wrong with it."""

    id: str
    label: str
    text: str


@dataclass(slots=True)
class Preview:
    """What is said of one page. `fingerprint` is empty until the page can be saved."""

    adding: bool
    questions: list[str] | None = None  # on a page that came back with some: those that still stand
    missing: list[str] = field(default_factory=list)  # names of required fields
    wrong: list[Wrong] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)  # both, by their ids on the page
    problems: list[str] = field(default_factory=list)  # of no field
    is_outdated: bool = False  # somebody saved the record since the page was opened
    lines: list[Line] = field(default_factory=list)
    match: str = ""  # of an insurance that can't be saved yet: what stands at its address
    open: OpenChoice = NOTHING_OPEN  # where nothing is preset
    has_asked: bool = False  # above the form, which of several companies
    choices: list[Choice] = field(default_factory=list)
    choice_field: str = "choice"
    place: str = ""  # where the choice is about
    alike_advice: str = ""  # what to do where it is stored twice
    look_alikes: list[AlikeLine] = field(default_factory=list)
    companies: list[AlikeLine] = field(default_factory=list)  # like the one that PM would get
    fingerprint: str = ""
    counts: str | None = None  # all lines in short, shown or not; None where some aren't known
    warned: str = ""  # how many of these warn
    asks: bool = False  # Save will ask something first
    is_asked: bool = False  # it has, and still would
    outdated: list[str] = field(default_factory=list)  # of what stands on the page

    @property
    def in_short(self) -> str:
        """What stands beside Save: what keeps from saving, else how many records change where."""
        if self.waits:
            return self.waits
        if self.is_outdated:
            return "Save first shows you what was saved meanwhile."
        if self.problems:
            return "Can't be saved: see “What Save will do”."
        if self.choose:
            return self.open.asked if self.is_asked else self.open.in_short
        if self.is_asked and not self.asks:
            to_do = f" to {self.counts}" if self.counts else ""
            return f"Not saved yet: save again{to_do}.{self.warned}"
        will = "" if self.counts is None else f"Will {self.counts or 'change nothing'}."
        asks = " Save asks first." if self.asks else ""
        return f"{will}{self.warned}{asks}".lstrip()

    @property
    def choose(self) -> str:
        return self.open.choose

    @property
    def unless(self) -> str:
        """What stands in front of the lines: what they are without a choice."""
        return self.open.unless if self.lines else ""

    @property
    def waits(self) -> str:
        """Which fields Save waits for."""
        said = []
        if self.missing:
            said.append(f"Still needed: {', '.join(self.missing)}.")
        if self.wrong:
            labels = ", ".join(each.label for each in self.wrong)
            said.append(f"{counted(len(self.wrong), 'field')} to correct: {labels}.")
        return " ".join(said)

    @property
    def can_be_saved(self) -> bool:
        return not (self.missing or self.wrong or self.problems)
