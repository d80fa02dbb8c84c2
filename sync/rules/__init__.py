"""The rules: what one list makes of what is done in the other. Reads only.

`table` is the rules as data. `decide` takes saved, typed, deleted or repaired records and returns
a `Decision`: all that will happen, as data. `sync.propagation` carries it out, `sync.screens` says
it.
"""

from sync.rules.deciding import decide, dry_run
from sync.rules.decision import Cause, Decision, Outcome
from sync.rules.table import RULES, RULES_BY_ID, Rule

__all__ = ["RULES", "RULES_BY_ID", "Cause", "Decision", "Outcome", "Rule", "decide", "dry_run"]
