"""The key that two spellings of one name share. Pure Python."""

import unicodedata


def name_key(name: str) -> str:
    """Return `name` without case, punctuation and spacing: equal for two spellings of one name.

    A name of punctuation alone is its own key, so that it never equals another such name.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return ("".join(filter(str.isalnum, folded)) or folded.strip())[:255]
