import uuid

import django.db.models.deletion
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.kit.operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("candidates", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("centres", "0001_initial"),
        ("portfolios", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Moderator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moderator",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["user__name"],
            },
        ),
        migrations.CreateModel(
            name="Claim",
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
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("sample_proposed", "Sample proposed"),
                            ("in_moderation", "In moderation"),
                            ("concluded", "Concluded"),
                            ("discarded", "Discarded"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=30,
                        protected=True,
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="claim number")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="centres.centre",
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="catalogue.qualification",
                    ),
                ),
                ("sample_seed", models.CharField(blank=True, editable=False, max_length=32)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("in_moderation_at", models.DateTimeField(editable=False, null=True)),
                (
                    "in_moderation_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("concluded_at", models.DateTimeField(editable=False, null=True)),
                (
                    "concluded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("report", models.TextField(blank=True, verbose_name="report to the centre")),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("centre", "qualification"),
                        name="claim_one_open_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="claim_submitted_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("in_moderation_at__isnull", False), ("in_moderation_by__isnull", False)
                            ),
                            models.Q(("in_moderation_at__isnull", True), ("in_moderation_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="claim_in_moderation_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concluded_at__isnull", False), ("concluded_by__isnull", False)),
                            models.Q(("concluded_at__isnull", True), ("concluded_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="claim_concluded_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "sample_proposed",
                                    "in_moderation",
                                    "concluded",
                                    "discarded",
                                ],
                            )
                        ),
                        name="claim_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:discarded,draft:submitted,in_moderation:concluded,sample_proposed:in_moderation,submitted:sample_proposed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="5d32744a47d79155cea56da3c810341b743735de",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_5b3eb",
                            table="moderation_claim",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "moderator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="moderation.moderator",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="centres.centre",
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="catalogue.qualification",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["centre", "qualification"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("centre", "qualification"),
                        name="allocation_one_moderator",
                        violation_error_message="Another moderator is allocated. End that allocation first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "moderator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="moderation.moderator",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="centres.centre",
                    ),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("moderator", "centre"), name="conflict_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimLine",
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
                            ("draft", "Not submitted"),
                            ("pending", "Waiting for a decision"),
                            ("confirmed", "Confirmed"),
                            ("voided", "Certificate revoked"),
                            ("returned", "Not agreed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=30,
                        protected=True,
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="moderation.claim",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim_lines",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim_lines",
                        to="portfolios.round",
                        verbose_name="hand-in",
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[("PASS", "Pass"), ("MERIT", "Merit"), ("DIST", "Distinction")], max_length=5
                    ),
                ),
                ("certificate_name", models.CharField(blank=True, editable=False, max_length=130)),
                ("date_of_birth", models.DateField(editable=False, null=True)),
                (
                    "named_entry",
                    models.ForeignKey(
                        editable=False,
                        help_text="The entry that covers the line where candidates are entered by name; recorded at submission.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim_lines",
                        to="candidates.namedentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "claim line",
                "ordering": [
                    "assignment__unit__number",
                    "assignment__candidate__last_name",
                    "assignment__candidate__first_names",
                    "pk",
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "pending", "confirmed"))),
                        fields=("assignment",),
                        name="claim_line_unit_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                models.Q(("certificate_name", ""), _negated=True),
                                ("date_of_birth__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="claim_line_named_when_submitted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ["PASS", "MERIT", "DIST"])),
                        name="claim_line_known_grade",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "pending", "confirmed", "voided", "returned", "withdrawn"],
                            )
                        ),
                        name="claimline_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="claims_a_round_for_good",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (NEW.\"state\" = 'draft'))",
                            func="\n                    IF TG_OP = 'UPDATE' AND OLD.state <> 'draft' THEN\n                        IF (OLD.round_id, OLD.assignment_id, OLD.grade)\n                            IS DISTINCT FROM (NEW.round_id, NEW.assignment_id, NEW.grade)\n                        THEN\n                            RAISE EXCEPTION 'a submitted line stays with its hand-in and grade'\n                                USING ERRCODE = 'integrity_constraint_violation';\n                        END IF;\n                    ELSIF NOT EXISTS (\n                        SELECT 1 FROM portfolios_round\n                        WHERE id = NEW.round_id AND assignment_id = NEW.assignment_id\n                            AND outcome = 'achieved' AND grade = NEW.grade AND frozen_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION\n                            'a submitted line names an achieved hand-in of its work, which is frozen, and its grade'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="d9b265debcea96c8308e716dd4bf912e05a1d66a",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_claims_a_round_for_good_d8eda",
                            table="moderation_claimline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{confirmed:voided,draft:pending,pending:confirmed,pending:returned,pending:withdrawn,voided:confirmed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="9fc5a397e70d0d37d5607488c2522ee6e599d47d",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_e6761",
                            table="moderation_claimline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleMember",
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
                        related_name="sampled",
                        to="moderation.claimline",
                    ),
                ),
                ("reason", models.CharField(max_length=120)),
                (
                    "is_added",
                    models.BooleanField(
                        default=False, help_text="Added by the moderator to the proposed sample."
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="moderation.claimline",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("agreed", "Agree with the centre"),
                            ("not_agreed", "Do not agree: return to the centre"),
                            ("withdrawn", "Withdraw: claimed in error"),
                        ],
                        max_length=10,
                    ),
                ),
                ("comment", models.TextField(blank=True, help_text="For the centre.")),
                ("for_candidate", models.TextField(blank=True, help_text="For the candidate.")),
                (
                    "looked_at",
                    models.BooleanField(help_text="Whether the work was looked at, not only its group."),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["agreed", "not_agreed", "withdrawn"])),
                        name="decision_known_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "agreed"), models.Q(("comment", ""), _negated=True), _connector="OR"
                        ),
                        name="decision_against_has_comment",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c015af3951b301435243553375ce08189e1ee188",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1e4fd",
                            table="moderation_decision",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        portal.kit.operations.InstallTriggers(
            models=["claim", "claimline", "decision"],
        ),
    ]
