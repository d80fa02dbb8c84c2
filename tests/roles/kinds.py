"""The kinds of users, and what each may do with the records of which model."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission, User

# The letters of the models. A superuser's page is one that others may not reach.
MODELS = {
    "C": "pm.InsuranceCompany",
    "P": "pm.InsurancePlan",
    "T": "pm.Patient",
    "Y": "pm.InsurancePolicy",
    "I": "ehr.Insurance",
    "E": "ehr.Patient",
    "S": "sync.SyncEvent",
    "U": "auth.User",
    "R": "a superuser",
    "G": "auth.Group",
    "X": "axes.AccessAttempt",
    "A": "people.AccessEvent",
}
ACTIONS = {"v": "view", "a": "add", "c": "change", "d": "delete"}

# Stock groups first: they have these names. The others are made of the rights written here.
TABLE = """
                       C    P    T    Y    I    E    S U    R    G    X  A
Front desk             vac  vac  vac  vac  v    vc   v -    -    -    -  -
Billing                vacd vacd vacd vacd v    v    v -    -    -    -  -
Clinical staff         v    v    v    v    vac  vac  v -    -    -    -  -
Practice administrator vacd vacd vacd vacd vacd vacd v vacd -    v    vd -
Auditor                v    v    v    v    v    v    v v    v    v    v  v
superuser              vacd vacd vacd vacd vacd vacd v vacd vacd vacd vd v
views PM               v    v    v    v    -    -    - -    -    -    -  -
views the EHR          -    -    -    -    v    v    - -    -    -    -  -
all in PM              vacd vacd vacd vacd -    -    - -    -    -    -  -
all in the EHR         -    -    -    -    vacd vacd - -    -    -    -  -
companies only         vacd -    -    -    -    -    - -    -    -    -  -
plans only             -    vacd -    -    -    -    - -    -    -    -  -
patients only          -    -    vacd -    -    -    - -    -    -    -  -
patients and policies  -    -    vacd vacd -    -    - -    -    -    -  -
insurances only        -    -    -    -    vacd -    - -    -    -    -  -
EHR patients only      -    -    -    -    -    vacd - -    -    -    -  -
the log only           -    -    -    -    -    -    v -    -    -    -  -
users only             -    -    -    -    -    -    - vacd -    -    -  -
sign-ins only          -    -    -    -    -    -    - -    -    -    vd v
no rights              -    -    -    -    -    -    - -    -    -    -  -
not staff              -    -    -    -    -    -    - -    -    -    -  -
not active             -    -    -    -    -    -    - -    -    -    -  -
anonymous              -    -    -    -    -    -    - -    -    -    -  -
"""
STOCK = ("Front desk", "Billing", "Clinical staff", "Practice administrator", "Auditor")
PASSWORD = "A-good-word-9"
OUTSIDE = ("not staff", "not active", "anonymous")  # who are led to the page to log in


@dataclass(frozen=True)
class Kind:
    """A kind of user; `rights` is {letter of a model: letters of what may be done}."""

    name: str
    rights: dict[str, str]

    @property
    def is_inside(self) -> bool:
        return self.name not in OUTSIDE

    def may(self, rule: str) -> bool:
        """Whether one of the ways that `rule` names is open: "Cv+Pc|Uv" is C seen and P changed, or
        U seen. Beside these there are "anyone", "nobody", "inside" and "superuser".
        """
        return any(all(map(self._has, way.split("+"))) for way in rule.split("|"))

    def _has(self, part: str) -> bool:
        if part in {"anyone", "nobody"}:
            return part == "anyone"
        if part in {"inside", "superuser"}:
            return self.is_inside if part == "inside" else self.name == "superuser"
        return part[1] in self.rights[part[0]]


def _read() -> Iterator[Kind]:
    heads, *rows = TABLE.strip("\n").splitlines()
    starts = [heads.index(letter) for letter in MODELS]
    for row in rows:
        rights = [row[start:].split()[0].strip("-") for start in starts]
        yield Kind(row[: starts[0]].strip(), dict(zip(MODELS, rights, strict=True)))


KINDS = {kind.name: kind for kind in _read()}


def make_users() -> dict[str, User]:
    """Return a stored user of each kind, by its name; of nobody there is none."""
    return {name: _user(kind) for name, kind in KINDS.items() if name != "anonymous"}


def _user(kind: Kind) -> User:
    user: User = User.objects.create_user(
        f"visitor-{list(KINDS).index(kind.name)}",
        password=PASSWORD,
        is_staff=kind.name != "not staff",
        is_active=kind.name != "not active",
        is_superuser=kind.name == "superuser",
    )
    if kind.name in STOCK:
        user.groups.add(Group.objects.get(name=kind.name))
    elif kind.name in OUTSIDE:  # rights alone open nothing
        user.user_permissions.set(Permission.objects.all())
    elif kind.name != "superuser":
        user.user_permissions.set(_permissions(kind))
    return user


def _permissions(kind: Kind) -> list[Permission]:
    wanted = {
        f"{app}.{ACTIONS[action]}_{model.lower()}"
        for letter, actions in kind.rights.items()
        if letter != "R"
        for app, _, model in [MODELS[letter].partition(".")]
        for action in actions
    }
    rows = Permission.objects.select_related("content_type")
    found = [row for row in rows if f"{row.content_type.app_label}.{row.codename}" in wanted]
    assert len(found) == len(wanted)
    return found
