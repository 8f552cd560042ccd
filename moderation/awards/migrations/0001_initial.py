import django.db.models.deletion
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import moderation.awards.numbers
import portal.kit.operations
import portal.kit.searching


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("candidates", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("centres", "0001_initial"),
        ("moderation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="moderation.claimline",
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="catalogue.unit",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[("PASS", "Pass"), ("MERIT", "Merit"), ("DIST", "Distinction")], max_length=5
                    ),
                ),
                ("confirmed_on", models.DateField(default=django.utils.timezone.localdate)),
            ],
            options={
                "ordering": ["candidate", "unit__number", "confirmed_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ["PASS", "MERIT", "DIST"])),
                        name="result_known_grade",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pdf", models.FileField(blank=True, editable=False, max_length=200, upload_to="")),
                ("pdf_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("printed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("issued", "Issued"), ("replaced", "Replaced"), ("revoked", "Revoked")],
                        db_index=True,
                        default="issued",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        default=moderation.awards.numbers.new_number,
                        max_length=20,
                        unique=True,
                        verbose_name="certificate number",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("unit", "Unit certificate"), ("award", "Award certificate")], max_length=10
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        help_text="The claim that led to it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="moderation.claim",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="moderation.claimline",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="centres.ledgerline",
                    ),
                ),
                (
                    "named_entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="candidates.namedentry",
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="catalogue.award",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="awards.certificate",
                    ),
                ),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("replaced_at", models.DateTimeField(editable=False, null=True)),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("awarding_body", models.CharField(max_length=60)),
                ("certificate_name", models.CharField(max_length=130)),
                ("date_of_birth", models.DateField()),
                ("ocr_number", models.CharField(max_length=8)),
                ("centre_number", models.CharField(max_length=5)),
                ("centre_name", models.CharField(max_length=120)),
                ("title", models.CharField(help_text="Of the unit or the award.", max_length=160)),
                (
                    "size",
                    models.CharField(
                        blank=True, help_text="Of an award: Certificate, Diploma …", max_length=30
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("level", models.PositiveSmallIntegerField()),
                ("qualification_title", models.CharField(max_length=160)),
                ("qan", models.CharField(blank=True, max_length=20)),
                ("glh", models.PositiveIntegerField(verbose_name="guided learning hours")),
                (
                    "grade",
                    models.CharField(blank=True, help_text="Empty in a pass-only scheme.", max_length=20),
                ),
                (
                    "units",
                    models.JSONField(default=list, help_text="Of an award: [[code, title], …] that count."),
                ),
                ("awarded_on", models.DateField()),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(models.F("certificate_name")),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("award", None),
                                ("entry__isnull", False),
                                ("kind", "unit"),
                                ("line__isnull", False),
                                ("named_entry", None),
                            ),
                            models.Q(
                                ("award", None),
                                ("entry", None),
                                ("kind", "unit"),
                                ("line__isnull", False),
                                ("named_entry__isnull", False),
                            ),
                            models.Q(
                                ("award__isnull", False),
                                ("entry", None),
                                ("kind", "award"),
                                ("line", None),
                                ("named_entry", None),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_of_a_line_and_an_entry",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes", None)),
                        fields=("line",),
                        name="certificate_one_first_a_line",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes", None)),
                        fields=("entry",),
                        name="certificate_one_first_an_entry",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "issued")),
                        fields=("line",),
                        name="certificate_one_standing_a_line",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "issued")),
                        fields=("candidate", "award"),
                        name="certificate_one_standing_award",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replaced_at__isnull", False), ("replaced_by__isnull", False)),
                            models.Q(("replaced_at__isnull", True), ("replaced_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="certificate_replaced_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="certificate_revoked_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["issued", "replaced", "revoked"])),
                        name="certificate_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."candidate_id" IS DISTINCT FROM (NEW."candidate_id") OR OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."line_id" IS DISTINCT FROM (NEW."line_id") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."named_entry_id" IS DISTINCT FROM (NEW."named_entry_id") OR OLD."award_id" IS DISTINCT FROM (NEW."award_id") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."certificate_name" IS DISTINCT FROM (NEW."certificate_name") OR OLD."date_of_birth" IS DISTINCT FROM (NEW."date_of_birth") OR OLD."ocr_number" IS DISTINCT FROM (NEW."ocr_number") OR OLD."centre_number" IS DISTINCT FROM (NEW."centre_number") OR OLD."centre_name" IS DISTINCT FROM (NEW."centre_name") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."qualification_title" IS DISTINCT FROM (NEW."qualification_title") OR OLD."qan" IS DISTINCT FROM (NEW."qan") OR OLD."glh" IS DISTINCT FROM (NEW."glh") OR OLD."grade" IS DISTINCT FROM (NEW."grade") OR OLD."units" IS DISTINCT FROM (NEW."units") OR OLD."awarded_on" IS DISTINCT FROM (NEW."awarded_on") OR OLD."awarding_body" IS DISTINCT FROM (NEW."awarding_body"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="24932929cab371e59a940e18f5afbd1cba42086e",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_dd8d2",
                            table="awards_certificate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="6914b55a7308e8848c1b4cf539fe743f2fb72316",
                            operation="DELETE",
                            pgid="pgtrigger_kept_21e6f",
                            table="awards_certificate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="revoked_as_approved",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"state\" = 'revoked' AND NOT (OLD.\"state\" = 'revoked'))",
                            func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM awards_revocation\n                        WHERE id = NEW.because_of_id AND kind = 'revoke' AND state = 'approved'\n                    ) THEN\n                        RAISE EXCEPTION 'a certificate is revoked by what two people agreed'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="05732c550f82057b849e34bbd888af1ccf5b8872",
                            operation="UPDATE",
                            pgid="pgtrigger_revoked_as_approved_aa7be",
                            table="awards_certificate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="line_confirmed_entry_used",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"kind\" = 'unit')",
                            func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM moderation_claimline l\n                        LEFT JOIN centres_ledgerline e ON e.held_for = l.uid AND e.kind = 'use'\n                        WHERE l.id = NEW.line_id AND l.state = 'confirmed'\n                            AND (e.id = NEW.entry_id OR l.named_entry_id = NEW.named_entry_id)\n                    ) THEN\n                        RAISE EXCEPTION 'a unit certificate needs a confirmed line and the entry used for it'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="848c33cc93d7b4411c15c15d5d7d6b81f8db41be",
                            operation="INSERT",
                            pgid="pgtrigger_line_confirmed_entry_used_6027b",
                            table="awards_certificate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{issued:replaced,issued:revoked,revoked:issued}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="3ea0183bedd7e4dc2d2ecae4f341fce7b92aabe5",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_b91de",
                            table="awards_certificate",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("proposed", "Waiting for a second person"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                        ],
                        db_index=True,
                        default="proposed",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="awards.certificate",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("revoke", "Revoke"), ("restore", "Restore")],
                        default="revoke",
                        max_length=10,
                        verbose_name="what to do",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("error", "It was issued in error."),
                            ("assessment", "The assessment behind it is no longer valid."),
                            ("person", "It was issued to the wrong person."),
                        ],
                        help_text="Only when revoking. Anyone who checks the certificate sees this.",
                        max_length=12,
                        verbose_name="reason given to the public",
                    ),
                ),
                ("reason", models.TextField(help_text="The centre sees this.")),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(editable=False, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("rejected_at", models.DateTimeField(editable=False, null=True)),
                (
                    "rejected_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="revocation_approved_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rejected_at__isnull", False), ("rejected_by__isnull", False)),
                            models.Q(("rejected_at__isnull", True), ("rejected_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="revocation_rejected_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="revocation_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="revocation_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ground__in", ["error", "assessment", "person"]), ("kind", "revoke")),
                            models.Q(("ground", ""), ("kind", "restore")),
                            _connector="OR",
                        ),
                        name="revocation_ground_of_kind",
                        violation_error_message="Choose a reason for the public to revoke a certificate, not to restore one.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("certificate",),
                        name="revocation_one_open",
                        violation_error_message="A proposal for this certificate is already waiting for a second person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved", "rejected"])),
                        name="revocation_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="as_proposed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."ground" IS DISTINCT FROM (NEW."ground") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="580d88e3b80198bed9679dacf937c714edad2640",
                            operation="UPDATE",
                            pgid="pgtrigger_as_proposed_640a4",
                            table="awards_revocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="fb49d5559589ff53aab759fdc7a6f548d70398a3",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_1292a",
                            table="awards_revocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="proposed_first",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (NEW.\"state\" = 'proposed'))",
                            func="RAISE EXCEPTION 'a revocation is proposed first' USING ERRCODE = '23000';",
                            hash="4c1c6844d869660a9bedecdec22d160a52836c6c",
                            operation="INSERT",
                            pgid="pgtrigger_proposed_first_a2a2f",
                            table="awards_revocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:approved,proposed:rejected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="ea11317c839e82e1ca552d6e2e3cf039776e868f",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_274df",
                            table="awards_revocation",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="certificate",
            name="because_of",
            field=models.ForeignKey(
                editable=False,
                help_text="The proposal that revoked or replaced it, about itself or about a unit that it counted.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consequences",
                to="awards.revocation",
            ),
        ),
        portal.kit.operations.InstallTriggers(
            models=["certificate", "revocation"],
        ),
    ]
