import django.db.models.deletion
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.kit.operations
import portfolios.sides


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("candidates", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("centres", "0001_initial"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
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
                            ("assigned", "Assigned"),
                            ("in_progress", "In progress"),
                            ("handed_in", "Handed in"),
                            ("returned", "Returned for further work"),
                            ("achieved", "Achieved"),
                            ("claimed", "On a claim"),
                            ("confirmed", "Confirmed"),
                        ],
                        db_index=True,
                        default="assigned",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="catalogue.unit",
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="catalogue.checklist",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                ("assigned_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("handed_in_at", models.DateTimeField(editable=False, null=True)),
                ("achieved_at", models.DateTimeField(editable=False, null=True)),
                (
                    "achieved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="achieved_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["candidate__last_name", "candidate__first_names", "unit__number"],
                "indexes": [models.Index(fields=["candidate", "state"], name="assignment_of_candidate")],
                "constraints": [
                    models.UniqueConstraint(fields=("candidate", "unit"), name="assignment_unit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "assigned",
                                    "in_progress",
                                    "handed_in",
                                    "returned",
                                    "achieved",
                                    "claimed",
                                    "confirmed",
                                ],
                            )
                        ),
                        name="assignment_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{achieved:claimed,achieved:confirmed,achieved:returned,assigned:in_progress,claimed:achieved,claimed:confirmed,claimed:handed_in,confirmed:achieved,handed_in:achieved,handed_in:returned,in_progress:handed_in,returned:handed_in,returned:in_progress}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="905ba7d76fe3a02be6c139cfeaedf73b93eb6372",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_aae5c",
                            table="portfolios_assignment",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="centres.centre"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.unit",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-started_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workspace",
                        to="candidates.candidate",
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["-uploaded_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="portfolios.assignment",
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("note", models.TextField(blank=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "criteria",
                    models.ManyToManyField(blank=True, related_name="evidence", to="catalogue.criterion"),
                ),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ["uploaded_at", "pk"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="work_is_open",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF (SELECT state FROM portfolios_assignment WHERE id = COALESCE(NEW.assignment_id, OLD.assignment_id))\n        NOT IN ('assigned', 'in_progress', 'returned') THEN\n        RAISE EXCEPTION 'the work was handed in: its evidence cannot be changed'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN COALESCE(NEW, OLD);\n",
                            hash="5336c2c07449c61919436c4a2367a1bb862ce637",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_work_is_open_cb1b8",
                            table="portfolios_evidence",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="catalogue.criterion",
                    ),
                ),
                ("round_number", models.PositiveSmallIntegerField(verbose_name="hand-in")),
                ("side", models.CharField(choices=portfolios.sides.choices, max_length=10)),
                (
                    "outcome",
                    models.CharField(choices=[("met", "Met"), ("not_yet", "Not yet met")], max_length=10),
                ),
                ("comment", models.TextField(blank=True)),
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
                "indexes": [
                    models.Index(fields=["assignment", "side", "criterion", "-id"], name="judgement_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["candidate", "tutor", "verifier", "moderator"])),
                        name="judgement_known_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["met", "not_yet"])),
                        name="judgement_known_outcome",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="79e5512d99a8e5e5449424e1f8ff6bebf94fa8fc",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1f418",
                            table="portfolios_judgement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="not_of_a_claimed_round",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (NEW.\"side\" = 'moderator'))",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM portfolios_round\n                        WHERE assignment_id = NEW.assignment_id AND number >= NEW.round_number\n                            AND frozen_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'a claim names the hand-in: its judgements cannot be changed'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="d16e4119edd4f78cc9dec3b4f2d20a4932fbcd8c",
                            operation="INSERT",
                            pgid="pgtrigger_not_of_a_claimed_round_596c6",
                            table="portfolios_judgement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="criterion_of_the_checklist",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM catalogue_criterion c\n                        JOIN catalogue_objective o ON o.id = c.objective_id\n                        JOIN portfolios_assignment a ON a.checklist_id = o.checklist_id\n                        WHERE c.id = NEW.criterion_id AND a.id = NEW.assignment_id\n                    ) THEN\n                        RAISE EXCEPTION 'the criterion is not on the assignment''s e-checklist'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="029c68eae7903c9017d5eb146bd8a8634ff69454",
                            operation="INSERT",
                            pgid="pgtrigger_criterion_of_the_checklist_4af1c",
                            table="portfolios_judgement",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "side",
                    models.CharField(choices=[("candidate", "Candidate"), ("tutor", "Tutor")], max_length=10),
                ),
                ("text", models.TextField()),
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
                "indexes": [models.Index(fields=["assignment", "side", "id"], name="message_by_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["candidate", "tutor"])), name="message_known_side"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="message_not_empty"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c81aa207be9eac475f630a3ad6f7a52bb309c429",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_de92a",
                            table="portfolios_message",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="read_marks",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("up_to", models.PositiveBigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "user"), name="read_mark_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "aim",
                    models.TextField(
                        blank=True, help_text="What you will make, and what it is for.", verbose_name="aim"
                    ),
                ),
                (
                    "audience",
                    models.TextField(
                        blank=True, help_text="Who it is for, and what they need.", verbose_name="audience"
                    ),
                ),
                (
                    "tools",
                    models.TextField(blank=True, help_text="Programs and equipment.", verbose_name="tools"),
                ),
                (
                    "assets",
                    models.TextField(
                        blank=True,
                        help_text="Images, audio and text, where each comes from, and who gave permission.",
                        verbose_name="assets",
                    ),
                ),
                (
                    "timetable",
                    models.TextField(
                        blank=True, help_text="What you will do, and by when.", verbose_name="timetable"
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="work_is_open",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF (SELECT state FROM portfolios_assignment WHERE id = COALESCE(NEW.assignment_id, OLD.assignment_id))\n        NOT IN ('assigned', 'in_progress', 'returned') THEN\n        RAISE EXCEPTION 'the work was handed in: its evidence cannot be changed'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN COALESCE(NEW, OLD);\n",
                            hash="698488d552fdfeb1240c267bc32d5753cbd216f6",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_work_is_open_da62f",
                            table="portfolios_plan",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="portfolios.assignment",
                    ),
                ),
                ("went_well", models.TextField(blank=True, verbose_name="what went well")),
                (
                    "changed",
                    models.TextField(
                        blank=True,
                        help_text="Where you changed your plan and why, and what others said.",
                        verbose_name="what was changed",
                    ),
                ),
                (
                    "would_improve",
                    models.TextField(
                        blank=True, help_text="With more time.", verbose_name="what would be improved"
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="work_is_open",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF (SELECT state FROM portfolios_assignment WHERE id = COALESCE(NEW.assignment_id, OLD.assignment_id))\n        NOT IN ('assigned', 'in_progress', 'returned') THEN\n        RAISE EXCEPTION 'the work was handed in: its evidence cannot be changed'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN COALESCE(NEW, OLD);\n",
                            hash="958aa5932a9eaba3a11943343c1d420e79bf5d11",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_work_is_open_b6d10",
                            table="portfolios_review",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanningComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planning_comments",
                        to="portfolios.assignment",
                    ),
                ),
                ("paper", models.CharField(choices=[("plan", "Plan"), ("review", "Review")], max_length=6)),
                ("text", models.TextField()),
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
                        condition=models.Q(("paper__in", ["plan", "review"])),
                        name="planning_comment_known_paper",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="77c3d6aa18e5337906beb2f85f882e1051e05877",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_63b25",
                            table="portfolios_planningcomment",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="portfolios.assignment",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("statement", models.TextField(help_text="The authenticity statement as it was agreed to.")),
                (
                    "sources",
                    models.TextField(
                        blank=True, help_text="The work of others that was used, and where it is from."
                    ),
                ),
                (
                    "ai_use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not asked"),
                            ("none", "No AI tool was used"),
                            ("used", "An AI tool was used"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("ai_note", models.TextField(blank=True, help_text="Which AI tool was used, and what for.")),
                (
                    "planning",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Plan and review as the tutor saw them: {paper: [[label, text], …]}.",
                    ),
                ),
                ("handed_in_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waiting for the tutor"),
                            ("returned", "Returned for further work"),
                            ("achieved", "Achieved"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("PASS", "Pass"), ("MERIT", "Merit"), ("DIST", "Distinction")],
                        editable=False,
                        help_text="Worked out from the e-checklist when it was recorded as achieved.",
                        max_length=5,
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tutor_statement",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="What the tutor declared when recording the unit as achieved.",
                    ),
                ),
                (
                    "untagged",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="Where the evidence is, according to the tutor, if none is tagged with a criterion.",
                    ),
                ),
                (
                    "after_claim",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="The claim whose moderator did not agree with the previous round.",
                        max_length=30,
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        editable=False, help_text="When the re-assessment began.", null=True
                    ),
                ),
                (
                    "frozen_at",
                    models.DateTimeField(editable=False, help_text="When a claim first named it.", null=True),
                ),
                (
                    "kept",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        editable=False,
                        help_text="Its evidence as it was claimed: {key of the item: {title, note, criteria: [keys]}}.",
                    ),
                ),
            ],
            options={
                "ordering": ["assignment", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "number"), name="round_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("assignment",), name="round_one_waiting"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="round_decided_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ai_use__in", ["", "none"]),
                            models.Q(("ai_use", "used"), models.Q(("ai_note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="round_says_which_ai",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "achieved"), _negated=True),
                            models.Q(("tutor_statement", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="round_achieved_is_declared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("grade__in", ["PASS", "MERIT", "DIST"]), ("outcome", "achieved")),
                            models.Q(models.Q(("outcome", "achieved"), _negated=True), ("grade", "")),
                            _connector="OR",
                        ),
                        name="round_achieved_has_a_grade",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("after_claim", ""), ("opened_at", None)),
                            models.Q(
                                models.Q(("after_claim", ""), _negated=True), ("opened_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="round_reassessed_after_a_claim",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="handed_in_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."assignment_id" IS DISTINCT FROM (NEW."assignment_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."statement" IS DISTINCT FROM (NEW."statement") OR OLD."sources" IS DISTINCT FROM (NEW."sources") OR OLD."ai_use" IS DISTINCT FROM (NEW."ai_use") OR OLD."ai_note" IS DISTINCT FROM (NEW."ai_note") OR OLD."planning" IS DISTINCT FROM (NEW."planning") OR OLD."handed_in_by_id" IS DISTINCT FROM (NEW."handed_in_by_id") OR OLD."after_claim" IS DISTINCT FROM (NEW."after_claim"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="619112ecd5db968dec905a47058928277580249c",
                            operation="UPDATE",
                            pgid="pgtrigger_handed_in_stays_731d3",
                            table="portfolios_round",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="claimed_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."frozen_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="545e47b79dd7aa9d0b5b72cf7644607baded6823",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_claimed_stays_adef9",
                            table="portfolios_round",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="portfolios.evidence",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("frozen_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["evidence", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("evidence", "number"), name="evidence_version_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="file_is_never_altered",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."evidence_id" IS DISTINCT FROM (NEW."evidence_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."stored_id" IS DISTINCT FROM (NEW."stored_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="de63962acd38fea8856a7e947891b1623c4e9f22",
                            operation="UPDATE",
                            pgid="pgtrigger_file_is_never_altered_036dc",
                            table="portfolios_evidenceversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="frozen_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."frozen_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="e8de19647085200e90fa861ddb68e75084c3c968",
                            operation="DELETE",
                            pgid="pgtrigger_frozen_stays_18c6f",
                            table="portfolios_evidenceversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="frozen_at_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."frozen_at" IS DISTINCT FROM (NEW."frozen_at") AND OLD."frozen_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="308745795c7bd2de9e973ab7e4b9dd1bf16c08dd",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_at_stays_07801",
                            table="portfolios_evidenceversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="work_is_open",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF (SELECT state FROM portfolios_assignment WHERE id = (SELECT assignment_id FROM portfolios_evidence WHERE id = NEW.evidence_id))\n        NOT IN ('assigned', 'in_progress', 'returned') THEN\n        RAISE EXCEPTION 'the work was handed in: its evidence cannot be changed'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN COALESCE(NEW, OLD);\n",
                            hash="a576c7aa8098da46b0f025b038965904dcea394f",
                            operation="INSERT",
                            pgid="pgtrigger_work_is_open_2d4b1",
                            table="portfolios_evidenceversion",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundDoubt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="portfolios.round"),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.criterion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "criterion"), name="round_doubt_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="doubt_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (\n                SELECT 1 FROM portfolios_round\n                WHERE id IN (OLD.round_id, NEW.round_id) AND frozen_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a claim names the hand-in: nothing of it can be changed'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN COALESCE(NEW, OLD);\n        ",
                            hash="ffce70dd75dde01fa8ac312b5dbbb36cfa7cd80a",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_doubt_stays_50928",
                            table="portfolios_rounddoubt",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="portfolios.round"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="portfolios.evidenceversion"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("round", "version"), name="round_file_once")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="file_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (\n                SELECT 1 FROM portfolios_round\n                WHERE id IN (OLD.round_id, NEW.round_id) AND frozen_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a claim names the hand-in: nothing of it can be changed'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN COALESCE(NEW, OLD);\n        ",
                            hash="680c69b35bc6a7c8b00d073f24a7c9600be131c8",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_file_stays_2354d",
                            table="portfolios_roundfile",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stored",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upload",
                        to="files.storedfile",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "bulk",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="portfolios.bulkupload",
                    ),
                ),
                ("path", models.CharField(blank=True, max_length=400)),
                (
                    "proposed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="portfolios.assignment",
                    ),
                ),
                (
                    "typed",
                    models.JSONField(
                        help_text="What the person sorting typed about it and has not confirmed.", null=True
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="portfolios.evidence",
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("note", models.TextField(blank=True)),
                (
                    "remark",
                    models.CharField(
                        blank=True, help_text="What to check, or what sorting still needs.", max_length=500
                    ),
                ),
                ("is_listed", models.BooleanField(default=True)),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No"),
                            ("cancelled", "Excluded"),
                            ("expired", "Not sorted in time"),
                            ("unpacked", "Unpacked"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upload",
                        to="portfolios.evidenceversion",
                    ),
                ),
                ("criteria", models.ManyToManyField(blank=True, related_name="+", to="catalogue.criterion")),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("assignment__isnull", False), ("bulk__isnull", False), _connector="OR"
                        ),
                        name="upload_goes_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended", ""), ("stored__isnull", False)),
                            models.Q(
                                models.Q(("ended", ""), _negated=True), ("stored", None), ("version", None)
                            ),
                            _connector="OR",
                        ),
                        name="upload_ended_without_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version", None), ("assignment__isnull", False), _connector="OR"),
                        name="upload_ready_in_a_unit",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="round",
            name="versions",
            field=models.ManyToManyField(
                related_name="rounds", through="portfolios.RoundFile", to="portfolios.evidenceversion"
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="doubted",
            field=models.ManyToManyField(
                related_name="+", through="portfolios.RoundDoubt", to="catalogue.criterion"
            ),
        ),
        portal.kit.operations.InstallTriggers(
            models=[
                "assignment",
                "evidence",
                "judgement",
                "message",
                "plan",
                "review",
                "planningcomment",
                "round",
                "evidenceversion",
                "rounddoubt",
                "roundfile",
            ],
        ),
    ]
