"""Store on the links which pairs disagree, so that nobody has to compare a million of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from django.db import transaction

from kareo.records.rows.writing import update
from sync.models import InsuranceLink
from sync.pairs.flags import wrong_flags
from sync.propagation.locks import lock_links_of_companies
from sync.rules import Outcome

BATCH = 1000  # links that are locked at once


def flag(outcomes: Sequence[Outcome]) -> None:
    """Take back the flags of the pairs that agree now, and flag what a renamed company made stale.

    Writes links only: no record gets a version or an event of it.
    """
    links = InsuranceLink.objects
    settled: dict[str, list[int]] = defaultdict(list)
    for outcome in outcomes:
        if pair := outcome.pair:
            for name in outcome.settles:
                settled[name].append(pair.pk)
        if company := outcome.renamed:
            # Also those of plans that came under it since its links were locked: whoever moves one
            # away again is waited for here, and what he left is read by the next statement.
            lock_links_of_companies("default", [company])
            links.flag_names(company)
    for name, keys in settled.items():
        links.filter(pk__in=keys).update(**{name: False})


def recheck() -> Iterator[int]:
    """Compare all pairs, as after raw SQL; put their flags right and yield how many, by batches."""
    keys = list(wrong_flags().order_by("pk").values_list("plan", flat=True))
    for start in range(0, len(keys), BATCH):
        yield flag_anew(keys[start : start + BATCH])


@transaction.atomic
def flag_anew(plans: Collection[int]) -> int:
    """Put the flags of the pairs of these plans right; return how many weren't."""
    locked = InsuranceLink.objects.select_for_update(no_key=True).order_by("pk")
    held = list(locked.filter(plan__in=plans).values_list("pk"))
    wrong = list(wrong_flags().filter(pk__in=[pk for (pk,) in held]).order_by("pk"))
    for link in wrong:
        link.stale_name, link.differs = link.name_is_stale, link.is_different
    update(wrong, ["stale_name", "differs"], "default")
    return len(wrong)
