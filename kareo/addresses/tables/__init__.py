"""What people write in US addresses, as data, and what USPS Publication 28 makes of it.

Each module says of what its tables are: `delivery` (units, boxes, routes), `names` (directions,
numbers, organizations, buildings), `suffixes`, `roads`, `states`, `text` (what is changed before an
address is cut into words) and `rules` (what stands together).
"""


def rows_of(table: str) -> list[list[str]]:
    """Return the words of each row; a semicolon parts two rows."""
    return [row.split() for row in table.split(";")]


def words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


def by_variant(table: str) -> dict[str, str]:
    """Return {variant: standard} of rows that begin with the standard, itself a variant."""
    return {written: row[0] for row in rows_of(table) for written in row}
