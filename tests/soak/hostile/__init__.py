"""What no page of ours sends, sent to every form and in the query of every list.

Each request begins with what its page really sends, and a few of its fields are changed by chance:
`values` says to what, `chance` how. `forms` and `lists` find the pages of `planting`'s records;
`visits` sends and undoes, and says what is wrong with the answer, and `whole` with what is stored
then. A fault names the seed, the page and the number of the request: with these it is sent again.
"""

from tests.soak.hostile.forms import FORMS
from tests.soak.hostile.lists import LISTS
from tests.soak.hostile.visits import planted
from tests.soak.result import Result

SIZE = 1000  # posts to each form, and query strings of each list


def run(count: int, seed: int) -> Result:
    """Send `count` posts to each form, and as many query strings to each list."""
    result = Result()
    with planted() as site:
        for name in FORMS:
            result.faults += site.post(name, count, seed)
        for name in LISTS:
            result.faults += site.get(name, count, seed)
        result.faults += site.unasked()
        result.done.update(site.done)
    result.done["forms"] = len(FORMS)
    result.done["lists"] = len(LISTS)
    return result
