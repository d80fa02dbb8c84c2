"""Shows at length what the tests show in small: `python -m tests.soak --help`, or `make soak`.

Each part is a package or module here that has

    SIZE: int                            how many units `make soak` runs of it
    def run(count: int, seed: int) -> Result

and runs against a database made for it by tests.soak.databases. Its own test (test_*.py beside
it, or in tests/) calls the same code with a small count, in every run of the tests.
"""
