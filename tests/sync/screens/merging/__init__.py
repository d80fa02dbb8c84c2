"""The pages that make one of several: look-alikes side by side, merging, and moving plans."""
