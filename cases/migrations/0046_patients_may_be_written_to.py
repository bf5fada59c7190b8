import cases.models.patients
import django.db.models.deletion
import priorauth.patient_mail
import priorauth.reminders
import uuid
from django.conf import settings
from django.db import migrations, models

from cases.models import guarded_moves


TABLES = ("cases_patientmail",)


def guard(apps, schema_editor):
    guarded_moves.install(schema_editor.connection, TABLES)


def unguard(apps, schema_editor):
    guarded_moves.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0045_rows_set_apart_by_index_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(help_text="After this the mail is useless.")),
                (
                    "state",
                    models.CharField(
                        choices=priorauth.reminders.ReminderState.choices,
                        default=priorauth.reminders.ReminderState["PLANNED"],
                        max_length=40,
                    ),
                ),
                ("lease_owner", models.CharField(blank=True, max_length=80)),
                ("lease_until", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("resends", models.PositiveSmallIntegerField(default=0)),
                (
                    "possible_dup",
                    models.BooleanField(
                        default=False, help_text="An earlier copy may have arrived."
                    ),
                ),
                ("message_id", models.CharField(max_length=255, unique=True)),
                ("body_sha256", models.CharField(blank=True, max_length=64)),
                ("smtp_code", models.PositiveSmallIntegerField(null=True)),
                ("smtp_text", models.CharField(blank=True, max_length=200)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                ("planned_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("armed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=priorauth.patient_mail.PatientMailKind.choices, max_length=40
                    ),
                ),
                (
                    "wording",
                    models.CharField(
                        choices=priorauth.patient_mail.Wording.choices,
                        help_text="Which of the fixed sentences it says.",
                        max_length=40,
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        help_text="Another address on file meanwhile: the mail does not go.",
                        max_length=254,
                    ),
                ),
                ("day", models.DateField(help_text="On the clinic's calendar.", null=True)),
            ],
            options={
                "verbose_name": "mail to a patient",
                "verbose_name_plural": "mails to patients",
                "ordering": ["-planned_at", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="clinic",
            name="patient_mail_name",
            field=models.CharField(
                blank=True,
                help_text="A neutral name that the patient knows, such as Dr. Lee's office. The clinic's real name can itself tell what somebody is treated for.",
                max_length=60,
                verbose_name="name in mails to patients",
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="patient_mail_phone",
            field=models.CharField(
                blank=True,
                help_text="Where they are asked to call in office hours, with area code.",
                max_length=30,
                verbose_name="phone in mails to patients",
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="writes_to_patients",
            field=models.BooleanField(
                default=False,
                help_text="Patients who agreed to it get a short neutral mail when there is news, when something is needed from them, or when you ask them to call. It names nobody and nothing.",
                verbose_name="writes to patients",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="Used only for short neutral mails, and only while the patient agrees to them.",
                max_length=254,
                verbose_name="e-mail address",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="email_problem",
            field=models.CharField(
                blank=True,
                help_text="What the mail server said of it. No mail goes out while this is filled in: correct the address, or empty this once it works again.",
                max_length=200,
                verbose_name="address does not work",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="mail_agreed_by",
            field=models.CharField(
                blank=True,
                choices=cases.models.patients.AgreedBy.choices,
                help_text="How the patient said so.",
                max_length=40,
                verbose_name="agreed how",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="mail_agreed_on",
            field=models.DateField(
                blank=True,
                help_text="The day the patient said that the clinic may write by mail. Empty: it may not.",
                null=True,
                verbose_name="agreed to mail on",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="mail_recorded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="mail_recorded_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                help_text="Who wrote down what the patient said about mail.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="mail_withdrawn_on",
            field=models.DateField(
                blank=True,
                help_text="From then on nothing is sent. When the patient agrees again, empty this and enter the new day.",
                null=True,
                verbose_name="withdrawn on",
            ),
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("writes_to_patients", False),
                    models.Q(
                        models.Q(("patient_mail_name", ""), _negated=True),
                        models.Q(("patient_mail_phone", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="clinic_names_itself_to_patients",
                violation_error_message="Before patients are written to, enter the name and the phone number that their mails shall show.",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mail_agreed_on__isnull", True),
                    ("mail_withdrawn_on__isnull", False),
                    models.Q(
                        models.Q(("mail_agreed_by", ""), _negated=True),
                        models.Q(("email", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="patient_agreed_somehow",
                violation_error_message="For an agreement to mail enter the e-mail address, the day, and how the patient agreed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mail_withdrawn_on__isnull", True),
                    ("mail_agreed_on__isnull", True),
                    ("mail_withdrawn_on__gte", models.F("mail_agreed_on")),
                    _connector="OR",
                ),
                name="patient_withdrew_after",
                violation_error_message="Mail was withdrawn before it was agreed to: check the two days.",
            ),
        ),
        migrations.AddField(
            model_name="patientmail",
            name="clinic",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.clinic",
            ),
        ),
        migrations.AddField(
            model_name="patientmail",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="patient_mails",
                to="cases.caseevent",
            ),
        ),
        migrations.AddField(
            model_name="patientmail",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="patient_mails",
                to="cases.priorauthrequest",
            ),
        ),
        migrations.AddField(
            model_name="patientmail",
            name="settled_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                help_text="Who said what became of a held mail.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="patientmail",
            index=models.Index(fields=["state", "not_before"], name="patientmail_to_send"),
        ),
        migrations.AddIndex(
            model_name="patientmail",
            index=models.Index(
                condition=models.Q(("state", priorauth.reminders.ReminderState["PLANNED"])),
                fields=["clinic", "not_before", "id"],
                name="patientmail_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="patientmail",
            index=models.Index(fields=["clinic", "-sent_at"], name="patientmail_newest_sent"),
        ),
        migrations.AddIndex(
            model_name="patientmail",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            priorauth.reminders.ReminderState["UNCERTAIN"],
                            priorauth.reminders.ReminderState["HELD"],
                        ],
                    )
                ),
                fields=["clinic", "state", "id"],
                name="patientmail_in_doubt",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientmail",
            constraint=models.UniqueConstraint(
                fields=("request", "kind", "event"), name="patient_mail_once_an_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientmail",
            constraint=models.UniqueConstraint(
                fields=("clinic", "address", "kind", "day"), name="patient_mail_once_a_day"
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
