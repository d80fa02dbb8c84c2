"""Findings as people know them: what each means, and what to do about it."""

from typing import NamedTuple

from sync.drift.checking import DERIVED, FLAGS, KINDS, OLD_KEYS


class Words(NamedTuple):
    title: str
    advice: str


# By the finding's id.
FINDINGS_IN_WORDS = {
    "stale-names": Words(
        "Stale names",
        "The EHR still shows an old company name. Tick plans and choose “Bring the EHR up to date”"
        " below, or save each one.",
    ),
    "differs": Words(
        "Plans that differ from the EHR",
        "The plan's name, address, phone, fax or active status differs in the EHR. Tick plans and"
        " choose “Bring the EHR up to date” below; PM's values win.",
    ),
    "orphan-plans": Words(
        "Plans missing in the EHR",
        "Orphans: their insurance was deleted there, so nobody can pick them. Open each one to"
        " link it or to add it to the EHR, or deactivate it.",
    ),
    "orphan-insurances": Words(
        "Insurances missing in PM",
        "Orphans: their plan was deleted there, so no claim can go out. Open each one to link"
        " it or to add it to PM, or deactivate it.",
    ),
    "look-alike-companies": Words(
        "Companies that look alike",
        "The same name at the same address or in the same building; or the same name and phone,"
        " neither with an address. Merge those that are the same, and note of the others that they"
        " aren't.",
    ),
    "same-payer-id": Words(
        "Companies with the same payer ID",
        "Claims for them go to one payer. Merge those that are the same company, and note of the"
        " others that they aren't.",
    ),
    "shared-names": Words(
        "Companies that share another name",
        "A name that is one company's own is taken for that one, and one that both are only also"
        " called for neither. Remove it from the one that isn't meant; or, if they are the same"
        " company, tick them and merge them. If both have it rightly, tick them and choose the"
        " action that notes it.",
    ),
    "look-alike-plans": Words(
        "Plans that look alike",
        "One company has the same plan twice. Merge the two: the patients of one move to the"
        " other, in PM and in the EHR.",
    ),
    "look-alike-insurances": Words(
        "Insurances that look alike",
        "The drop-down has the same insurance twice. Merge the two: the patients of one move to the"
        " other, in the EHR and in PM.",
    ),
    "to-complete": Words(
        "Companies to complete",
        "An insurance added in the EHR made them, and they have no payer ID. Enter it from the"
        " card, and check the program.",
    ),
    "no-address": Words(
        "Companies without an address",
        "An insurance added in the EHR can't find them, and makes a second company instead."
        " Enter the street or PO box, and the ZIP.",
    ),
    "no-policy-number": Words(
        "Patients with a policy that has no number",
        "It was left for later, and no claim goes out without it. Open the patient and enter it"
        " from the card.",
    ),
    "coverage": Words(
        "Coverage that differs",
        "PM and the EHR don't have the same primary or secondary for a patient. Neither is ever"
        " copied: enter it by hand where it is missing.",
    ),
}


def meaning_of(finding: str) -> str:
    """Return what a finding, by its id, is, in a sentence: what to do about it comes after."""
    return f"{FINDINGS_IN_WORDS[finding].advice.partition('. ')[0].removesuffix('.')}."


# What else `report_drift` finds, for whoever runs the program.
DRIFT_IN_WORDS = {
    OLD_KEYS: "Records with keys of another version",
    DERIVED: "Records with wrong keys or texts",
    FLAGS: "Pairs noted wrongly",
} | {kind: FINDINGS_IN_WORDS[kind].title for kind in KINDS if kind in FINDINGS_IN_WORDS}
