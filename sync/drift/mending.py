"""Put right what drifts, as the rules have it; what they don't say is left to people."""

from collections.abc import Iterator

from ehr.models import Insurance
from kareo.records import Refused
from pm.models import InsurancePlan
from sync.drift.checking import (
    DERIVED,
    DIFFERS,
    FLAGS,
    OLD_KEYS,
    ORPHANS,
    STALE_NAMES,
    Batch,
    stored_fields,
)
from sync.propagation import repair
from sync.propagation.flagging import flag_anew


def mend(batch: Batch, *, orphans: bool = False) -> Iterator[str]:
    """Put right what `batch` has, `orphans` only where told to: yield why what can't be, can't."""
    if underived := batch.of(OLD_KEYS, DERIVED):
        batch.model.objects.rederive(underived, stored_fields(batch.model))
    if flagged := batch.of(FLAGS):
        flag_anew(flagged)
    if pairs := batch.of(STALE_NAMES, DIFFERS):
        yield from _repaired(InsurancePlan, pairs, linked=True)
    if orphans and (alone := batch.of(*ORPHANS)):
        yield from _repaired(batch.model, alone, linked=False)


def _repaired(
    model: type[InsurancePlan] | type[Insurance], keys: list[int], *, linked: bool
) -> Iterator[str]:
    """Repair all at once; where that is refused, each for itself, so that one holds up no other."""
    try:
        repair(model, keys, linked=linked)
    except Refused as refused:
        if len(keys) == 1:
            yield f"{model._meta.label}:{keys[0]}: {refused}"
        else:
            for key in keys:
                yield from _repaired(model, [key], linked=linked)
