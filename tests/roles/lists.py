"""What the lists have: filters, actions and pickers, and the rights that each takes.

Whoever adds one adds it here.
"""

# The filters of each list, one value each, or several where they take other rights.
FILTERS: dict[str, dict[str, str]] = {
    "C": {
        "is_active__exact=1": "Cv",
        "program__exact=commercial": "Cv",
        "origin__exact=ehr": "Cv",
        "drift=look-alike-companies": "Cv",
        "drift=same-payer-id": "Cv",
        "drift=shared-names": "Cv",
        "drift=to-complete": "Cv",
        "drift=no-address": "Cv",
    },
    "P": {
        "is_active__exact=1": "Pv",
        "origin__exact=pm": "Pv",
        "company__id__exact={C0}": "Pv",
        "drift=stale-names": "Pv+Cv+Iv",
        "drift=differs": "Pv+Iv",
        "drift=orphan-plans": "Pv+Iv",
        "drift=look-alike-plans": "Pv+Cv",
    },
    "T": {
        "is_active__exact=1": "Tv",
        "searched=insurance": "Tv",
        "has=pm.InsurancePlan:{P0}": "Tv+Yv+Pv",
        "has=pm.InsuranceCompany:{C0}": "Tv+Yv+Cv",
        "has=ehr.Insurance:{I0}": "Tv+Yv+Iv",
        "drift=no-policy-number": "Tv+Yv",
    },
    "I": {
        "is_active__exact=1": "Iv",
        "origin__exact=pm": "Iv",
        "drift=orphan-insurances": "Iv+Pv",
        "drift=look-alike-insurances": "Iv",
    },
    "E": {
        "is_active__exact=1": "Ev",
        "searched=insurance": "Ev",
        "has=pm.InsurancePlan:{P0}": "Ev+Iv+Pv",
        "has=pm.InsuranceCompany:{C0}": "Ev+Iv+Cv",
        "has=ehr.Insurance:{I0}": "Ev+Iv",
    },
    "S": {
        "about=pm.Patient:{T0}": "Sv",
        "about=pm.InsurancePolicy:{Y0}": "Sv",
        "batch={batch}": "Sv",
        "created_at__gte=2020-01-01+00:00:00%2B00:00": "Sv",
        "created_at__from=01/01/2020": "Sv",
        "actor=Qzactor": "Sv",
        "rule=pm-plan-added": "Sv",
        "outcome__exact=created": "Sv",
    },
    "U": {"is_active__exact=1": "Uv", "groups__id__exact={G0}": "Uv"},
    "G": {},
    "X": {"locked_out=now": "Xv"},
    "A": {
        "created_at__gte=2020-01-01+00:00:00%2B00:00": "Av",
        "actor=qzlogin": "Av",
        "what__exact=changed": "Av",
    },
}
# What no filter of ours is: a look-up of any field, or into another model.
NO_FILTERS = {
    "C": "notes__regex=Qz",
    "P": "policies__policy_number=Qzcovered",
    "T": "policies__plan__company__notes=Qzcompany",
    "I": "link__plan__notes=Qzplan",
    "E": "primary_insurance__notes=Qzinsurance",
    "S": "undo__icontains=Qzundo",
    "U": "password__startswith=md5",
    "G": "user__username=qzlogin",
    "X": "post_data__contains=Qzmistyped",
    "A": "about_text__startswith=Qz",
}
# The actions of each list, and who may do them.
ACTIONS: dict[str, dict[str, str]] = {
    "C": {
        "delete_selected": "Cd",
        "deactivate": "Cc",
        "deactivate_with_plans": "Cc+Pc",
        "activate": "Cc",
        "dismiss_look_alikes": "Cc",
        "merge_selected": "Cc",
    },
    "P": {
        "delete_selected": "Pd",
        "deactivate": "Pc",
        "activate": "Pc",
        "bring_ehr_up_to_date": "Pc",
        "move_plans": "Pc",
        "merge_selected": "Pc",
    },
    "T": {"delete_selected": "Td", "deactivate": "Tc", "activate": "Tc"},
    "I": {
        "delete_selected": "Id",
        "deactivate": "Ic",
        "activate": "Ic",
        "bring_ehr_up_to_date": "Ic",
        "merge_selected": "Ic",
    },
    "E": {"delete_selected": "Ed", "deactivate": "Ec", "activate": "Ec"},
    "S": {"delete_selected": "nobody"},
    "U": {"delete_selected": "Ud"},
    "G": {"delete_selected": "Gd"},
    "X": {"delete_selected": "nobody", "unlock": "Xd"},
    "A": {"delete_selected": "nobody"},
}
# What an action writes, where it isn't the list's own table: some rows are used, so that none goes,
# and all are active already.
ACTIONS_WRITE = {
    **dict.fromkeys(
        [("C", "delete_selected"), ("P", "delete_selected"), ("I", "delete_selected")], ""
    ),
    **{(letter, "activate"): "" for letter in "CPTIE"},
    ("C", "dismiss_look_alikes"): "sync_dismissedlookalike",
    ("P", "bring_ehr_up_to_date"): "ehr_insurance",
    ("P", "move_plans"): "",  # before it is shown what that does
    **{(letter, "merge_selected"): "" for letter in "CPI"},  # nor that
    ("I", "bring_ehr_up_to_date"): "ehr_insurance",
}
# What a page has a picker for, and whose records it offers. For other relations the admin answers,
# too, to whoever may see the list of what they lead to.
PICKERS = {
    "pm.InsurancePlan.company": "C",
    "pm.InsurancePolicy.plan": "P",
    "ehr.Patient.primary_insurance": "I",
    "ehr.Patient.secondary_insurance": "I",
}
