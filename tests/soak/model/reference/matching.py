"""Which company stands at the address of an insurance that is added."""

from dataclasses import dataclass
from typing import Any

from tests.soak.model.reference.rows import Company, Insurance
from tests.soak.model.reference.vocabulary import NAMES, is_named
from tests.soak.model.reference.world import World

Owners = dict[int, int]


def owners(world: World) -> Owners:
    """Return {which name it is: the one active company that is also called so}.

    A name that is an active company's own means no other one.
    """
    active = [company for company in world.companies if company.is_active]
    own = {name for company in active for name in company.named}
    called: dict[int, list[int]] = {}
    for company in active:
        for name in company.others.keys() - own:
            called.setdefault(name, []).append(company.key)
    return {name: keys[0] for name, keys in called.items() if len(keys) == 1}


@dataclass
class Match:
    """`company` matches; `sure` is the one that does by name, or because it is alone there."""

    typed: str
    spot: int
    company: Company | None = None
    sure: Company | None = None
    here: tuple[Company, ...] = ()  # active
    inactive: tuple[Company, ...] = ()
    near: tuple[Company, ...] = ()
    by_other_name: bool = False
    is_chosen: bool = False

    @property
    def is_guess(self) -> bool:
        return self.company is not None and self.sure is None and not self.is_chosen

    @property
    def reason(self) -> dict[str, Any]:
        """Return what the log says of it, other companies by their keys."""
        if self.company:
            same_name = is_named(self.company.name, self.typed)
            reason: dict[str, Any] = {
                "code": "matched",
                "company": self.company.key,
                "typed": self.typed,
                "same_name": same_name,
            }
            if self.by_other_name:
                reason["other_name"] = True
            if others := [each.key for each in self.here if each is not self.company]:
                reason |= {"others": len(others), "also": others[:3], "why": self._why(same_name)}
            return reason
        if not self.spot:
            return {"code": "too_thin"}
        reason = {"code": "no_company"}
        if self.inactive:
            reason = {"code": "only_inactive", "company": self.inactive[0].key}
        if self.near:
            reason |= {"nearby": len(self.near), "near": [each.key for each in self.near[:3]]}
        return reason

    def _why(self, same_name: bool) -> str:
        if self.is_chosen and self.company is not self.sure:
            return "chosen"
        if same_name:
            others = [each for each in self.here if each is not self.company]
            is_shared = any(is_named(each.name, self.typed) for each in others)
            return "oldest_of_name" if is_shared else "same_name"
        return "other_name" if self.by_other_name else "oldest"


def match(world: World, insurance: Insurance, called: Owners, choice: int | None = None) -> Match:
    """Return what stands at the address of `insurance`; `choice` is the key of a company."""
    typed = insurance.company_name
    found = Match(typed, insurance.spot)
    if not insurance.spot:
        return found
    around = [each for each in world.companies if each.building == insurance.building]
    here = [each for each in around if each.spot == insurance.spot]
    active = [each for each in here if each.is_active]
    same = next((each for each in active if is_named(each.name, typed)), None)
    meant = called.get(NAMES[typed])
    other = next((each for each in active if each.key == meant), None) if not same else None
    alone = active[0] if len(active) == 1 else None
    chosen = next((each for each in active if each.key == choice), None)
    found.sure = same or other or alone
    found.company = chosen or found.sure or (active[0] if active else None)
    found.here = tuple(active)
    found.inactive = tuple(each for each in here if not each.is_active)
    found.near = tuple(e for e in around if e.is_active and e.spot != insurance.spot)
    found.by_other_name = other is not None and found.company is other
    found.is_chosen = chosen is not None
    return found
