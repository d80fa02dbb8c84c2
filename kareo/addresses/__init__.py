"""One key for all spellings of one address, pure Python, by USPS Publication 28."""

from kareo.addresses.keys import (
    KEY_LENGTH,
    KEY_VERSION,
    ParsedAddress,
    address_key,
    near_key,
    parse,
)

__all__ = ["KEY_LENGTH", "KEY_VERSION", "ParsedAddress", "address_key", "near_key", "parse"]
