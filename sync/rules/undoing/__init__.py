"""Take back what was done at once: `batch` says what that was, `goes_back` what comes of it."""

from sync.rules.undoing.batch import Batch
from sync.rules.undoing.goes_back import Read, Refusal, Undoing, undo_batch

__all__ = ["Batch", "Read", "Refusal", "Undoing", "undo_batch"]
