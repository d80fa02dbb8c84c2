"""The databases that released versions made, kept small, and what an upgrade must find in them."""
