"""A PM plan and the EHR insurance that stands for it: what they say to each other, and their state.

`sides` is all that differs between the two lists where plan and insurance are treated alike.
"""
