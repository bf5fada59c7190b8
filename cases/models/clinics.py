"""The clinic itself: identity, places, hours, certifications."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from cases.models.base import Edited


class Clinic(models.Model):
    """One clinic. Everything else belongs to one, and nothing is shared between two."""

    slug = models.SlugField(unique=True, help_text="Short name for commands and links.")
    name = models.CharField(max_length=120, help_text="As on the clinic's letterhead.")
    npi = models.CharField("group NPI", max_length=10, blank=True, help_text="Ten digits.")
    tin = models.CharField("tax ID (EIN)", max_length=10, blank=True, help_text="NN-NNNNNNN")
    time_zone = models.CharField(
        max_length=64,
        default="America/New_York",
        help_text="All times on screen and in mail are shown in this zone.",
    )
    address_1 = models.CharField("street address", max_length=120, blank=True)
    address_2 = models.CharField("suite, floor", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True, help_text="Two letters.")
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    fax = models.CharField(max_length=30, blank=True)
    mail_shows_time = models.BooleanField(
        "reminder mails show the due time",
        default=True,
        help_text="Untick to leave the date and time out of reminder mails.",
    )
    sends_digest = models.BooleanField(
        "morning digest",
        default=True,
        help_text="When the clinic opens, everybody with something due today gets one mail that "
        "lists it: case numbers and dates, no names. Reminders go out all the same.",
    )
    writes_to_patients = models.BooleanField(
        "writes to patients",
        default=False,
        help_text="Patients who agreed to it get a short neutral mail when there is news, when "
        "something is needed from them, or when you ask them to call. It names nobody and nothing.",
    )
    patient_mail_name = models.CharField(
        "name in mails to patients",
        max_length=60,
        blank=True,
        help_text="A neutral name that the patient knows, such as Dr. Lee's office. The clinic's "
        "real name can itself tell what somebody is treated for.",
    )
    patient_mail_phone = models.CharField(
        "phone in mails to patients",
        max_length=30,
        blank=True,
        help_text="Where they are asked to call in office hours, with area code.",
    )
    is_active = models.BooleanField(default=True, help_text="Untick to stop all reminders.")
    next_digest_at = models.DateTimeField(
        default=timezone.now,
        editable=False,
        help_text="When to look whether digests are to be written: a hint, never far ahead.",
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["next_digest_at", "id"], name="clinic_to_digest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(writes_to_patients=False)
                | (~models.Q(patient_mail_name="") & ~models.Q(patient_mail_phone="")),
                name="clinic_names_itself_to_patients",
                violation_error_message="Before patients are written to, enter the name and the "
                "phone number that their mails shall show.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ClinicSite(Edited):
    """A place where infusions are given."""

    name = models.CharField(max_length=120)
    npi = models.CharField("site NPI", max_length=10, blank=True)
    place_of_service = models.CharField(max_length=2, default="11", help_text="Two digits.")
    address_1 = models.CharField("street address", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "site"

    def __str__(self) -> str:
        return self.name


class StaffedHours(Edited):
    """When somebody answers, by weekday: reminders aim inside these hours."""

    WEEKDAYS = [
        (0, "Monday"),
        (1, "Tuesday"),
        (2, "Wednesday"),
        (3, "Thursday"),
        (4, "Friday"),
        (5, "Saturday"),
        (6, "Sunday"),
    ]

    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    opens_at = models.TimeField(help_text="Clinic's local time.")
    closes_at = models.TimeField(help_text="Clinic's local time.")

    class Meta:
        ordering = ["weekday", "opens_at"]
        verbose_name_plural = "staffed hours"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="staffed_hours_in_order",
                violation_error_message="Closing time must be after opening time.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"


class Closure(Edited):
    """Days on which the clinic is closed beside weekends and federal holidays."""

    closed_from = models.DateField()
    closed_through = models.DateField(help_text="Last closed day.")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["closed_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_through__gte=models.F("closed_from")),
                name="closure_in_order",
                violation_error_message="The last closed day is before the first.",
            )
        ]

    def __str__(self) -> str:
        return f"Closed {self.closed_from} to {self.closed_through}"


class Clinician(Edited):
    """Who asks for or gives the treatment."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    credentials = models.CharField(max_length=40, blank=True, help_text="MD, PMHNP, CRNA ...")
    npi = models.CharField("individual NPI", max_length=10, help_text="Ten digits.")
    taxonomy = models.CharField(max_length=10, blank=True, help_text="Such as 2084P0800X.")
    phone = models.CharField(max_length=30, blank=True)
    staff = models.ForeignKey(
        "cases.StaffMember",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Their sign-in here, when they have one.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "npi"],
                name="clinician_npi_once",
                violation_error_message="A clinician with this NPI is already on file.",
            )
        ]

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}"
        return f"{name}, {self.credentials}" if self.credentials else name


class Certification(Edited):
    """A license, REMS enrolment or accreditation that runs out."""

    clinician = models.ForeignKey(
        Clinician,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="certifications",
        help_text="Empty: the clinic's own.",
    )
    name = models.CharField(max_length=120, help_text="Such as REMS enrolment, state license.")
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["expires_on", "name"]

    def __str__(self) -> str:
        return self.name
