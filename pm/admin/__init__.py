"""PM's pages: companies, plans, and patients with their policies."""

from pm.admin import companies, patients, plans

__all__ = ["companies", "patients", "plans"]
