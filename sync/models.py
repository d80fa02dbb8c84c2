"""What stands between the two lists: the links, and the log of what every save did."""

from operator import attrgetter
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.deletion import CASCADE, Collector, ProtectedError
from django.db.models.fields.json import KT
from django.db.models.functions import MD5

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy


def end_unless_used(collector: Collector, field: Any, sub_objs: Any, using: str) -> None:
    """End the link with the record, unless a patient on the other side uses the counterpart.

    An `on_delete` handler, so that a delete is refused from anywhere and the admin's own delete
    page lists what stands in the way, and of which: what a user `keeps` are the keys of those.
    """
    users: Any
    if field.name == "plan":
        kept = {link.insurance_id: link.plan_id for link in sub_objs}
        users = EHRPatient.objects.using(using).using_insurance(*kept)
        uses = attrgetter("primary_insurance_id", "secondary_insurance_id")
    else:
        kept = {link.plan_id: link.insurance_id for link in sub_objs}
        policies = InsurancePolicy.objects.using(using).filter(plan__in=kept)
        users = policies.select_related("patient")
        uses = attrgetter("plan_id", "plan_id")
    for user in users:
        user.keeps = {kept[key] for key in uses(user) if key in kept}
    if users:
        raise ProtectedError("Patients on the other side use the counterpart.", set(users))
    CASCADE(collector, field, sub_objs, using)


class InsuranceLinkQuerySet(models.QuerySet["InsuranceLink"]):
    def flag_names(self, company: InsuranceCompany) -> None:
        """Store which names of the company's plans are stale, now that it has this name."""
        shown = Q(insurance__company_name=company.name)
        wrong = Q(shown, stale_name=True) | Q(~shown, stale_name=False)
        turned = Case(When(stale_name=True, then=Value(False)), default=Value(True))
        self.filter(wrong, plan__company=company.pk).update(stale_name=turned)


class InsuranceLink(models.Model):
    """The PM plan and the EHR insurance that stand for each other.

    Whether they agree is stored by the writes that decide it: `stale_name`, the insurance shows
    another company name than PM has; `differs`, another field that crosses over differs. What raw
    SQL writes isn't seen: `sync.pairs.flags.wrong_flags` finds it.
    """

    plan = models.OneToOneField(InsurancePlan, on_delete=end_unless_used, related_name="link")
    insurance = models.OneToOneField(Insurance, on_delete=end_unless_used, related_name="link")
    stale_name = models.BooleanField(default=False, editable=False)
    differs = models.BooleanField(default=False, editable=False)

    objects: ClassVar[InsuranceLinkQuerySet] = InsuranceLinkQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        verbose_name = "link to the other list"
        verbose_name_plural = "links to the other list"
        indexes = [
            # the few that need attention, by the plan on whose list the work is done
            models.Index(fields=["plan"], name="sync_link_stale", condition=Q(stale_name=True)),
            models.Index(fields=["plan"], name="sync_link_differs", condition=Q(differs=True)),
        ]

    def __str__(self) -> str:
        # No names: whoever reads it may not see the other list.
        return f"PM plan no. {self.plan_id} and EHR insurance no. {self.insurance_id}"


class SyncEventQuerySet(models.QuerySet["SyncEvent"]):
    def about(self, record: models.Model) -> "SyncEventQuerySet":
        """Return the history of `record`: the events it caused and those that wrote it."""
        return self.concerning(record._meta.label, record.pk)

    def concerning(self, label: str, pk: int) -> "SyncEventQuerySet":
        """Return the history of the record of the model `label`, there still or not."""
        return self.filter(
            Q(source_model=label, source_id=pk) | Q(target_model=label, target_id=pk)
        )


# What records are called by, in the log.
NAMES = ("name", "plan_name", "company_name", "last_name", "first_name", "chart_number")
# After these no record is found under a name that it had.
ENDS_A_NAME = models.Q(undo__has_key="deleted") | models.Q.create(
    [("source_changes__has_key", name) for name in NAMES], connector=models.Q.OR
)
IS_IMPORTED = models.Q(reason__has_key="file")


class SyncEvent(models.Model):
    """What one rule decided for one record that was saved: the log, and every record's history.

    An event holds values, not sentences: `sync.screens` words them when they are shown. Wherever a
    record is named its key stands beside its text.

    `source_changes` and `changes` are {field: [before, after]}, of the source and of the target;
    the value of a field that refers to a record is {"id", "text"}. `reason` is {"code"} with the
    values that `sync.rules.reasons` says. `undo` is what taking it back will need, each where it
    applies: "link", the id, plan and insurance of the link that was made or ended; "created",
    [model, key] of each record that was, once in a batch; "deleted", every stored column of the
    source. What is deleted along with a record has an event of its own in the same batch.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        UNCHANGED = "unchanged", "Unchanged"
        NOT_PROPAGATED = "not_propagated", "Not propagated"

    rule = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=14, choices=Outcome)
    source_model = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    source_text = models.CharField(max_length=520)
    target_model = models.CharField(max_length=40, blank=True)
    target_id = models.BigIntegerField(null=True, blank=True)
    target_text = models.CharField(max_length=520, blank=True)
    source_changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    undo = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    actor = models.CharField("who", max_length=150, blank=True)
    batch = models.UUIDField()
    created_at = models.DateTimeField("when", db_index=True)

    # Of a copy whose reader may not see them: `sync.screens.wording.sight`.
    hides_source = hides_target = False

    objects: ClassVar[SyncEventQuerySet] = SyncEventQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        verbose_name = "sync log entry"
        verbose_name_plural = "sync log entries"
        ordering = ("-pk",)
        indexes = [
            # messages after a save; the log of what was done at once
            models.Index(fields=["batch", "-id"], name="sync_event_by_batch"),
            # the log by rule, an outcome after the other, and by both
            models.Index(fields=["rule", "outcome", "-id"], name="sync_event_by_rule"),
            models.Index(fields=["outcome", "-id"], name="sync_event_by_outcome"),
            # the log searched for an imported file, or for a name that no record has any more
            models.Index(
                KT("reason__file"),
                models.F("id").desc(),
                name="sync_event_by_file",
                condition=IS_IMPORTED,
            ),
            models.Index(fields=["-id"], name="sync_event_ends_a_name", condition=ENDS_A_NAME),
            # what you did last; the log by user, and what one did by a rule or with an outcome
            models.Index(
                fields=["actor", "-id"], include=["rule", "outcome"], name="sync_event_by_actor"
            ),
            # newest first per record: history and counterpart card
            models.Index(fields=["source_model", "source_id", "-id"], name="sync_event_by_source"),
            models.Index(fields=["target_model", "target_id", "-id"], name="sync_event_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.source_text} – {self.get_outcome_display()}"

    def as_dict(self) -> dict[str, Any]:
        """Return what happened, for programs: who, when and how to undo it aside."""
        target = {"model": self.target_model, "id": self.target_id, "text": self.target_text}
        return {
            "rule": self.rule,
            "outcome": str(self.outcome),
            "source": {"model": self.source_model, "id": self.source_id, "text": self.source_text},
            "target": target if self.target_model else None,
            "source_changes": self.source_changes,
            "changes": self.changes,
            "reason": self.reason,
        }


# What makes two companies look alike, or tells them apart.
COMPARED = ("name", "other_names", *InsuranceCompany.address_fields, "payer_id", "phone")


def digest_of(company: str = "") -> MD5:
    """Return the expression for a digest of what is compared of a company, by the path to it."""
    values = [part for name in COMPARED for part in (F(f"{company}{name}"), Value("\n"))]
    # Django's Concat nests, deeper than SQLite reads.
    text = models.Func(
        *values, template="(%(expressions)s)", arg_joiner=" || ", output_field=models.TextField()
    )
    return MD5(text)


class DismissedLookAlikeQuerySet(models.QuerySet["DismissedLookAlike"]):
    def in_force(self) -> "DismissedLookAlikeQuerySet":
        """Return those of whose companies neither has changed since."""
        return self.filter(first_was=digest_of("first__"), second_was=digest_of("second__"))

    def others(self) -> dict[int, set[int]]:
        """Return {key of a company: keys of those that it isn't}, of those in force."""
        others: dict[int, set[int]] = {}
        for first, second in self.in_force().values_list("first_id", "second_id"):
            others.setdefault(first, set()).add(second)
            others.setdefault(second, set()).add(first)
        return others


class DismissedLookAlike(models.Model):
    """Two companies of which somebody said that they aren't the same one, as both were then.

    Who and when stands in the log.
    """

    first = models.ForeignKey(InsuranceCompany, CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(InsuranceCompany, CASCADE, related_name="+")
    first_was = models.CharField(max_length=32)
    second_was = models.CharField(max_length=32)

    objects: ClassVar[DismissedLookAlikeQuerySet] = DismissedLookAlikeQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        default_permissions = ()  # who may change companies may dismiss
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="sync_dismissed_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="sync_dismissed_sorted"
            ),
        ]

    def __str__(self) -> str:
        return f"company no. {self.first_id} isn't no. {self.second_id}"  # without reading either


class FoundBefore(models.Model):
    """What a finding found last, where finding it takes long: for all users and processes.

    `keys` are those of `sync.drift.findings.Finding.search()`. A row may be missing or old at any
    time; `sync.drift.counts` says when it holds.
    """

    finding = models.CharField(max_length=40, primary_key=True)
    keys = models.JSONField(default=list)
    made_at = models.DateTimeField()  # what was committed by then is in it
    searched_at = models.DateTimeField()  # the last time that everything was looked at
    claimed_at = models.DateTimeField()  # the last time that somebody began to make it anew

    objects: ClassVar[models.Manager["FoundBefore"]] = models.Manager()

    class Meta:
        verbose_name = "kept count"
        default_permissions = ()  # nobody sees or changes it on a page

    def __str__(self) -> str:
        return f"{self.finding}: {len(self.keys)}"


class DriftReport(models.Model):
    """What `report_drift` found last: one row, {kind: how many} by `sync.drift.checking.KINDS`."""

    created_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["DriftReport"]] = models.Manager()

    class Meta:
        default_permissions = ()  # the first page says it, nobody changes it

    def __str__(self) -> str:
        return f"{sum(self.counts.values())} drift"


class MadeRole(models.Model):
    """A group of `sync.roles` that was made once. Renamed or deleted since, it isn't made again."""

    name = models.CharField(max_length=150, primary_key=True)

    objects: ClassVar[models.Manager["MadeRole"]] = models.Manager()

    class Meta:
        default_permissions = ()  # nobody sees or changes it on a page

    def __str__(self) -> str:
        return self.name
