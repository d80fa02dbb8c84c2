"""All URLs of the site: who may look at each, and who may send it what.

Whoever adds a URL adds it here: to PAGES, or to OF_MODELS where each model has one.
"""

from typing import NamedTuple

from tests.roles.kinds import PASSWORD
from tests.roles.secrets import DETAILS, NAMES


class Page(NamedTuple):
    """Who may look at a page and who may send it, as `Kind.may` takes it.

    `at`: what its URL ends with, where the route alone doesn't say it; "{P0}" is the key of the
    first plan, "{I-}" that of the last insurance. `sends`: what is sent there, likewise. `writes`:
    the table that is written when it is sent; "" for none.
    """

    look: str
    send: str
    at: tuple[str, ...] = ("",)
    sends: dict[str, str] = {}
    writes: str = ""
    beside: tuple[str, ...] = ()  # tables that it may write, whoever sends it
    leads_home: bool = False  # which is no refusal
    gives: tuple[str, ...] = ()  # words that it copies into the record, which has them then


NEW = "Another-word-9"

# Where somebody logs in, old entries are forgotten.
FORGET = ("people_accessevent", "sending_sentpage")
# What an insurance has of its plan, once it is brought up to date.
OF_PM = (*NAMES["C"].words, *NAMES["P"].words, *DETAILS["P"].words)

PREVIEW = (
    r"sync/^preview/(?P<model_name>insurancecompany|insuranceplan|insurance)/"
    r"(?:(?P<pk>\d{1,18})/)?$"
)
MERGED = r"(?P<model_name>insurancecompany|insuranceplan|insurance)/$"
PAIR = r"(?P<model_name>insuranceplan|insurance)/(?P<pk>\d{1,18})/$"

# By the route, as the resolver has it. Where one route is several pages, by what ends their URLs.
PAGES: dict[str, list[Page]] = {
    "": [Page("anyone", "anyone", leads_home=True)],
    "admin/": [Page("inside", "inside")],
    "admin/who-is-here/": [Page("anyone", "anyone", ("", "?of=0"))],
    "admin/logged-in/": [Page("inside", "inside")],
    "admin/login/": [
        Page(
            "anyone",
            "anyone",
            sends={"username": "Qnobody", "password": NEW},
            beside=(*FORGET, "axes_accessattempt", "axes_accessfailurelog"),
            leads_home=True,
        )
    ],
    "admin/logout/": [Page("nobody", "inside", beside=("people_accessevent", "axes_accesslog"))],
    "admin/password_change/": [
        Page(
            "inside",
            "inside",
            sends={"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
            writes="auth_user",
            leads_home=True,
        )
    ],
    "admin/password_change/done/": [Page("inside", "inside", leads_home=True)],
    "admin/jsi18n/": [Page("inside", "nobody")],
    "admin/autocomplete/": [],  # lists.PICKERS
    "admin/r/<path:content_type_id>/<path:object_id>/": [
        Page("nobody", "nobody", ("{type}/{T0}/", "{type}/0/"))
    ],
    "admin/^(?P<app_label>auth|axes|ehr|people|pm|sync)/$": [
        Page("Cv|Pv|Tv", "Cv|Pv|Tv", ("pm/",)),
        Page("Iv|Ev", "Iv|Ev", ("ehr/",)),
        Page("Sv", "Sv", ("sync/",)),
        Page("Av", "Av", ("people/",)),
        Page("Xv", "Xv", ("axes/",)),
        Page("Uv|Gv", "Uv|Gv", ("auth/",)),
    ],
    "admin/(?P<url>.*)$": [Page("nobody", "nobody", ("nowhere/", "pm/insurancepolicy/"))],
    "admin/auth/user/<id>/password/": [
        Page(
            f"{letter}c",
            f"{letter}c",
            (f"{{{letter}0}}/password/",),
            {"password1": NEW, "password2": NEW},
            writes="auth_user",
        )
        for letter in "UR"
    ],
    "sync/search/": [Page("inside", "nobody")],
    "sync/coverage/": [Page("Tv+Yv+Pv+Cv+Ev+Iv", "nobody", ("", "?q=Qz"))],
    "sync/alike/<slug:finding>/": [
        Page("Cv", "nobody", ("look-alike-companies/", "same-payer-id/")),
        Page("Pv+Cv", "nobody", ("look-alike-plans/",)),
        Page("Iv", "nobody", ("look-alike-insurances/",)),
    ],
    "sync/alike/<slug:finding>/dismiss/": [  # of one alone it notes nothing
        Page("nobody", "Cc", ("same-payer-id/dismiss/",), {"key": "{C0}"})
    ],
    f"sync/^merge/{MERGED}": [  # which is shown before it is done
        Page("Cc", "Cc", ("merge/insurancecompany/?key={C0}&key={C-}",)),
        Page("Pc", "Pc", ("merge/insuranceplan/?key={P0}&key={P-}",)),
        Page("Ic", "Ic", ("merge/insurance/?key={I0}&key={I-}",)),
    ],
    "sync/undo/<uuid:batch>/": [Page("Sv", "Sv", ("{batch}/",))],  # likewise
    "sync/secondary/": [Page("anyone", "anyone")],
    PREVIEW: [],  # PREVIEWED
    r"sync/^repair/company/(?P<pk>\d{1,18})/$": [
        Page("nobody", "Pc", ("repair/company/{C0}/",), writes="ehr_insurance")
    ],
    r"sync/^dismiss/(?P<pk>\d{1,18})/$": [
        Page(
            "nobody", "Cc", ("dismiss/{C0}/",), {"other": "{C-}"}, writes="sync_dismissedlookalike"
        )
    ],
    f"sync/^link/{PAIR}": [
        Page(
            "Pc+Cv+Iv",
            "Pc+Cv+Iv",
            ("link/insuranceplan/{P-}/", "link/insuranceplan/{P-}/?q=Qz"),
            {"counterpart": "{I-}"},
            writes="sync_insurancelink",
        ),
        Page(
            "Ic+Pv+Cv",
            "Ic+Pv+Cv",
            ("link/insurance/{I-}/", "link/insurance/{I-}/?q=Qz"),
            {"counterpart": "{P-}"},
            writes="sync_insurancelink",
        ),
    ],
    f"sync/^repair/{PAIR}": [
        Page("nobody", "Pc", ("repair/insuranceplan/{P0}/",), {"seen_as": "pair"}, "ehr_insurance"),
        Page(
            "nobody",
            "Ic",
            ("repair/insurance/{I0}/",),
            {"seen_as": "pair"},
            writes="ehr_insurance",
            gives=OF_PM,
        ),
        Page(
            "nobody", "Pc", ("repair/insuranceplan/{P-}/",), {"seen_as": "orphan"}, "ehr_insurance"
        ),
        Page(
            "nobody", "Ic", ("repair/insurance/{I-}/",), {"seen_as": "orphan"}, "pm_insuranceplan"
        ),
    ],
}

# What ends the URLs of a model's pages, and the letter of the right to look at it and to send it.
OF_MODELS = {
    "": ("v", "v"),
    "add/": ("a", "a"),
    "<path:object_id>/change/": ("v", "c"),
    "<path:object_id>/delete/": ("d", "d"),
    "<path:object_id>/history/": ("v", "v"),
    "<path:object_id>/": ("inside", "inside"),  # leads to the page itself
}
ONLY_LOOKED_AT = "SAX"  # models that nobody adds, changes or deletes on a page
ONLY_LOOKED_AT_PAGES = {
    "add/": ("nobody", "nobody"),
    "<path:object_id>/change/": ("v", "nobody"),
    "<path:object_id>/delete/": ("nobody", "nobody"),
    "<path:object_id>/history/": ("v", "v"),
    "<path:object_id>/": ("inside", "inside"),
}
# Whose pages say beforehand what saving them does.
PREVIEWED = {"C": "insurancecompany", "P": "insuranceplan", "I": "insurance"}
