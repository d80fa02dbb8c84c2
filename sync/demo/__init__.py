"""A made-up practice to try the program on: `practice` is the data, `loading` enters it."""

from sync.demo.loading import USERS, load, make_users

__all__ = ["USERS", "load", "make_users"]
