"""The preview of one page, put together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR
from django.utils.html import format_html
from django.utils.text import capfirst

from ehr.models import Insurance
from kareo.pages.forms.records import called, changed_meanwhile, in_words
from kareo.records import Record, Refused
from kareo.records.asking.answers import Question
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.pairs.sides import side_at, side_of
from sync.roles import may_see, may_see_other_list
from sync.rules import RULES_BY_ID, Decision, Outcome, dry_run
from sync.rules.decision import CREATED, UNCHANGED, UPDATED
from sync.rules.reasons import Code
from sync.rules.table import COMPANY
from sync.screens.preview.alike import is_twice, similar, similar_companies
from sync.screens.preview.choices import choices_of, has_asked_which, is_guess, open_choice
from sync.screens.preview.first_plan import with_first_plan
from sync.screens.preview.in_short import asks_first, counts_in_words, warned_in_words
from sync.screens.preview.outdated import outdated
from sync.screens.preview.questions import still_asked
from sync.screens.preview.told import Line, Preview, Wrong
from sync.screens.urls import record_link
from sync.screens.wording.events import (
    crossed,
    goes_with_plans,
    name_shown,
    reason_of,
    warns,
    worth_telling,
)
from sync.screens.wording.findings import FINDINGS_IN_WORDS
from sync.screens.wording.namesakes import tell_changes
from sync.screens.wording.records import changes_in_words

MOST_EFFECTS = 10  # of a company's many plans the others are counted
PREVIEWED: tuple[type[Record], ...] = (InsuranceCompany, InsurancePlan, Insurance)


def preview(form: Any, formsets: Sequence[Any], before: Record | None, user: Any) -> Preview:
    """Return what it will do when `user` saves a page as it is filled in. Reads only.

    `before` is the stored state of the form's record, None for a new one.
    """
    rows = [row for formset in formsets for row in formset.forms if row.has_changed()]
    told = Preview(adding=before is None)
    _read_errors([form, *rows], formsets, told)
    records: list[Any] = [form.instance, *(row.instance for row in rows)]
    records[0].before = before
    may_see_other = may_see_other_list(user, records[0]._meta.label)
    confirmed = {key for each in records for key in each.answers.confirmed}
    odd: list[Question] = []
    try:
        if told.can_be_saved:
            odd = [
                q for each in (form, *rows) for q in each.instance.questions(each.typed_fields())
            ]
        if told.can_be_saved and confirmed:
            still = [each for one in (form, *rows) for each in still_asked(one)]
            told.questions = [in_words(question, user) for question in still]
            told.is_asked = any(question.id in confirmed for question in still)
        if answers := records[-1].answers:  # of what the choice is about
            records[-1].answers = answers.preset()
        decision = _decision(records, told, user, may_see_other)
    except Refused as refused:
        told.problems.append(str(refused))
        return told
    if decision and may_see_other:
        last = [form, *rows][-1]
        _add_choices(decision.outcomes[-1], told, (last["confirmed"].value() or "").split())
        told.choice_field = last.add_prefix("choice")
    is_popup = IS_POPUP_VAR in form.data
    told.look_alikes = similar(records[0], decision, user, is_popup=is_popup)
    if isinstance(before, InsurancePlan) and is_twice(before, told.look_alikes):
        told.alike_advice = FINDINGS_IN_WORDS["look-alike-plans"].advice
    if told.adding and isinstance(records[0], InsuranceCompany):
        told.look_alikes = with_first_plan(told.look_alikes, form, rows, user)
    if told.can_be_saved:
        alike = told.look_alikes if told.adding else []
        told.asks = asks_first(odd, alike, [*confirmed])
    if may_see_other:
        told.companies = similar_companies(records[0], decision)
    return told


def _read_errors(forms: Sequence[Any], formsets: Sequence[Any], told: Preview) -> None:
    """Tell what is still missing from what is wrong. A question is asked when Save is pressed."""
    for form in forms:
        for name, errors in form.errors.as_data().items():
            codes = {error.code for error in errors}
            texts = [text for e in errors if e.code != "question" for text in e.messages]
            if "outdated" in codes:
                told.problems.append(changed_meanwhile(form.instance, is_sent=False))
                told.is_outdated = True
                continue
            if name not in form.fields or form[name].is_hidden:
                told.problems += texts
                continue
            key, label = form[name].auto_id, called(form, name)
            told.faulty.append(key)
            if "required" in codes:
                told.missing.append(label)
            elif texts:
                told.wrong.append(Wrong(key, label, " ".join(texts)))
    for formset in formsets:
        told.problems += map(str, formset.non_form_errors())


def _decision(
    records: Sequence[Any], told: Preview, user: Any, may_see_other: bool
) -> Decision | None:
    """Decide as far as the page is filled in, and tell it. None: there is nothing to decide."""
    record = records[0]
    if told.can_be_saved:
        return _of_whole_page(records, told, user, may_see_other)
    if isinstance(record, Insurance):  # its address is matched as soon as it is typed
        decision = dry_run([record])
        last = decision.outcomes[-1]
        if last.match and may_see_other and (record.street_1 or record.zip_code):
            told.match = reason_of(decision.events[-1])
            if last.reason.get("code") != Code.TOO_THIN:
                told.outdated = outdated(decision, record._meta.label)
        return decision
    record.derive()
    return None


def _of_whole_page(
    records: Sequence[Any], told: Preview, user: Any, may_see_other: bool
) -> Decision:
    for record in records:
        record.derive()  # an insurance is shown by its drop-down text
    typed = [] if may_see_other else [_own_line(record, user) for record in records]
    decision = dry_run(records)
    told.fingerprint = decision.fingerprint
    if may_see_other:
        events, own = worth_telling(decision.events), [_own_line(r, user) for r in records]
        if isinstance(records[0], InsuranceCompany) and goes_with_plans(events[0]):
            own[0], events = replace(own[0], note=reason_of(events[0])), events[1:]
            shown = [[_along_line(event), effect_line(event)] for event in events]
        else:
            own[-1] = _with_name_shown(own[-1], decision.events[-1])
            shown = [[effect_line(event)] for event in events]
        effects = [line for lines in shown for line in lines]
        if [line.outcome for line in effects] == [UNCHANGED]:
            effects = [replace(effects[0], text="Needs no change.")]  # the page names it
            shown = [effects]
        told.counts = counts_in_words([*own, *effects])
        told.warned = warned_in_words([*own, *effects])
        few = [line for lines in shown[:MOST_EFFECTS] for line in lines]
        told.lines = [*own, *each_note_once(few)]
        told.outdated = outdated(decision, records[0]._meta.label)
        if (more := len(shown) - MOST_EFFECTS) > 0:
            told.lines.append(Line(side_of(records[0]).other.app, "", f"And {more:,} more."))
    else:
        # As typed, not as PM writes it; a plan's text holds its company's name.
        hides_text = isinstance(records[0], InsurancePlan) and not may_see(user, COMPANY)
        told.lines = [*([] if hides_text else typed), _hidden_line(records[0])]
    return decision


def _add_choices(outcome: Outcome, told: Preview, asked: Sequence[str]) -> None:
    told.place = side_of(outcome.source).other.place
    told.choices = choices_of(outcome)
    told.has_asked = has_asked_which(outcome, asked)
    told.open = open_choice(outcome, told.choices)
    if is_guess(outcome):  # that it is one is said above
        told.match = ""
        told.lines = [replace(line, note="", warns=False) for line in told.lines]


def _own_line(record: Record, user: Any) -> Line:
    """Say what becomes of the record that is typed."""
    label, changes = record._meta.label, record.changes_since(record.before)
    if record.before and not changes:
        return Line(record._meta.app_label, UNCHANGED, "Stays as it is.")
    outcome, what = UPDATED, "will be updated."
    if record.before is None:
        outcome, what = CREATED, "will be created."
    named = str(record)
    if isinstance(record, InsuranceCompany) and record.told_apart:
        named = record.picker_text
    text = f"{capfirst(record._meta.verbose_name)} {named} {what}"
    details = changes_in_words(label, tell_changes(user, label, changes)) if record.before else ()
    note = _cant_be_matched(record)
    return Line(record._meta.app_label, outcome, text, details, note, warns=bool(note))


def _cant_be_matched(record: Record) -> str:
    """Say of a company what its address lacks, where it has a part of one."""
    if not isinstance(record, InsuranceCompany) or record.address_key:
        return ""
    if not any(getattr(record, name) for name in record.address_fields):
        return ""
    lacks = "street or PO box" if record.zip_code else "ZIP"
    return f"Without a {lacks}, EHR insurances can't be matched to it."


def _along_line(event: SyncEvent) -> Line:
    """Say what becomes of a plan that is deactivated along with its company."""
    plan = record_link(event.source_model, event.source_id, event.source_text)
    text = format_html("Insurance plan {} will be updated.", plan)
    details = changes_in_words(event.source_model, event.source_changes)
    return Line(side_at(event.source_model).app, UPDATED, text, details)


def _with_name_shown(own: Line, event: SyncEvent) -> Line:
    """Add that the record which is added takes PM's name instead of the one that was typed."""
    shown = name_shown(event, will=True)
    return replace(own, note=shown) if shown else own


def effect_line(event: SyncEvent) -> Line:
    """Say what the event that a save would log means for the other list."""
    rule = RULES_BY_ID[event.rule]
    # That it is an orphan is all there is to say of one.
    says_all = event.outcome == SyncEvent.Outcome.NOT_PROPAGATED and rule.orphaned
    note = "" if says_all else reason_of(event)
    if event.reason.get("code") == Code.STALE_NAMES:  # the page says how many there are now
        note = f"After Save, {note}"
    return Line(
        side_at(event.source_model).other.app,
        event.outcome,
        crossed(event, will=True),
        changes_in_words(event.target_model, event.changes) if event.changes else (),
        note,
        warns(event),
    )


def each_note_once(lines: Sequence[Line]) -> list[Line]:
    """Leave out a note where the line before says the same: two are made for one reason."""
    notes = ["", *(line.note for line in lines)]
    return [
        replace(line, note="") if line.note == before else line
        for line, before in zip(lines, notes, strict=False)
    ]


def _hidden_line(record: Record) -> Line:
    """Stand for the effect on a list that the user may not see."""
    return Line(
        side_of(record).other.app,
        "",
        "Something may change here, in a list that your role doesn't show you.",
    )
