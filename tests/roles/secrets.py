"""The words that are planted, and who may read each."""

from dataclasses import dataclass

from tests.roles.kinds import Kind


@dataclass(frozen=True)
class Secret:
    """Words of a record, and the rights with which they may be read, as `Kind.may` takes them."""

    words: tuple[str, ...]
    read_with: str
    shown_with: str = ""  # rights with which some page has them, if not with each of those

    def may_be_read(self, kind: Kind) -> bool:
        return kind.may(self.read_with)


def phone(last: int) -> str:
    return f"800-555-{last:04}"


# What a record is called. One has in it what another is called that it refers to, as a policy has
# its plan, and an EHR patient his insurances; but nothing else of that one.
NAMES = {
    "C": Secret(("Qzcarrier",), "Cv|Pv|Tv+Yv"),
    "P": Secret(("Qzbenefit",), "Pv|Tv+Yv"),
    "T": Secret(("Qzbilled", "01/07/1931"), "Tv"),
    "Y": Secret(("Qzcovered", "02/08/1932"), "Tv+Yv"),
    "I": Secret(("Qzdropdown",), "Iv|Ev"),
    "E": Secret(("Qztreated", "03/09/1933"), "Ev"),
    "U": Secret(("qzlogin",), "Uv|Av"),  # whom the access log is about
    "R": Secret(("qzchief",), "Rv|Av"),
    "G": Secret(("Qzrole",), "Gv|Uv|Av"),
}
# What else there is of a record.
DETAILS = {
    "C": Secret(("Qzcompany", phone(101)), "Cv"),
    "P": Secret(("Qzplan", phone(102)), "Pv"),
    "I": Secret(("Qzinsurance", phone(103)), "Iv"),
    "U": Secret(("Qzperson",), "Uv"),
    "R": Secret(("Qzowner",), "Rv"),
}
OTHERS = {
    # A record's history is a part of it.
    "who did what": Secret(("Qzactor",), "Sv|Cv|Pv|Tv|Iv|Ev"),
    "imported files": Secret(("Qzfile",), "Sv|Cv|Pv|Tv|Iv|Ev", shown_with="Sv+Cv+Pv+Tv+Iv+Ev"),
    "rows kept for undoing": Secret(("Qzundo",), "nobody"),
    "sign-in attempts": Secret(("Qzattempt",), "Xv"),
    "what was typed then": Secret(("Qzmistyped",), "nobody"),
    "the access log": Secret(("Qzaccess",), "Av"),
    "the admin's own log": Secret(("Qzchanged",), "nobody"),
    "passwords": Secret(("Qzhash",), "nobody"),
    "sessions": Secret(("qzsession",), "nobody"),
    "what pages led to": Secret(("Qzsent",), "nobody"),
}
ALL = (*NAMES.values(), *DETAILS.values(), *OTHERS.values())
NOWHERE = "Qnowhere"  # what nothing has


def name_of(letter: str) -> str:
    return NAMES[letter].words[0]


def unreadable(kind: Kind, *, others: bool = True) -> list[str]:
    """Return the words that no answer to a user of this kind may have in it.

    Without `others`, those of records that have pages.
    """
    secrets = ALL if others else (*NAMES.values(), *DETAILS.values())
    return [word for each in secrets if not each.may_be_read(kind) for word in each.words]


def readable(kind: Kind) -> list[str]:
    """Return the words that some answer has to have, or they are planted in vain."""
    shown = [each for each in ALL if kind.may(each.shown_with or each.read_with)]
    return [word for each in shown for word in each.words]
