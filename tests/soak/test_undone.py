"""Whatever is done can be taken back, the newest first, and leaves no trace but in the log."""

import pytest

from tests.soak import undone

pytestmark = pytest.mark.django_db

CHUNKS, HISTORIES = 4, 50  # for as many processes


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_histories_taken_back_end_as_they_began(chunk: int) -> None:
    result = undone.run(HISTORIES, chunk)

    assert not result.faults, result.faults[0]
    assert result.done["histories"] == HISTORIES
    assert result.done["merges"] > 0
