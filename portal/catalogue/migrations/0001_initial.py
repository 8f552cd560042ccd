import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.kit.operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="For example IMEDIA-L2.", max_length=40, unique=True, verbose_name="code"
                    ),
                ),
                (
                    "title",
                    models.CharField(help_text="Short title, for example Level 2 iMedia.", max_length=120),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(help_text="How demanding it is. This is not a grade."),
                ),
                (
                    "qan",
                    models.CharField(
                        blank=True,
                        help_text="Given by the regulator, for example 500/8533/5. Leave blank until confirmed.",
                        max_length=12,
                        verbose_name="qualification number (QAN)",
                    ),
                ),
                ("subject_area", models.CharField(max_length=120)),
                (
                    "grade_scale",
                    models.CharField(
                        choices=[("PASS", "Pass only"), ("PMD", "Pass, Merit, Distinction")],
                        default="PASS",
                        max_length=10,
                    ),
                ),
                (
                    "entry_route",
                    models.CharField(
                        choices=[("UNNAMED", "Unnamed entries"), ("NAMED", "Named entries")],
                        default="UNNAMED",
                        max_length=10,
                    ),
                ),
                (
                    "moderation_mode",
                    models.CharField(
                        choices=[("REMOTE", "Remote, in the portal"), ("VISITED", "By a (virtual) visit")],
                        default="REMOTE",
                        max_length=10,
                    ),
                ),
                (
                    "digital_only",
                    models.BooleanField(
                        default=True, help_text="Work is accepted only in the portal, not on disc or paper."
                    ),
                ),
                ("last_entry_on", models.DateField(blank=True, null=True, verbose_name="last entry date")),
                (
                    "last_certification_on",
                    models.DateField(blank=True, null=True, verbose_name="last certification date"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, help_text="Order in lists.")),
            ],
            options={
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 8))), name="qualification_level_1_to_8"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_certification_on__gte", models.F("last_entry_on")),
                            ("last_entry_on", None),
                            ("last_certification_on", None),
                            _connector="OR",
                        ),
                        name="qualification_entries_end_before_certification",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade_scale__in", ["PASS", "PMD"])),
                        name="qualification_known_scale",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("code", models.SlugField(help_text="For example IM201.", max_length=20, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("glh", models.PositiveSmallIntegerField(verbose_name="guided learning hours")),
                (
                    "is_mandatory",
                    models.BooleanField(
                        default=False, help_text="Every award must include it.", verbose_name="mandatory"
                    ),
                ),
                (
                    "is_examined",
                    models.BooleanField(
                        default=False,
                        help_text="Set and marked by the awarding body, so it is not assigned or claimed in the portal.",
                        verbose_name="examined",
                    ),
                ),
                ("summary", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["qualification__position", "qualification__code", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("qualification", "number"), name="unit_number_once_in_qualification"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_mandatory", True)),
                        fields=("qualification",),
                        name="unit_one_mandatory_in_qualification",
                        violation_error_message="This qualification already has a mandatory unit.",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="unit_number_from_1"),
                    models.CheckConstraint(condition=models.Q(("glh__gt", 0)), name="unit_glh_above_0"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CERTIFICATE", "Certificate"),
                            ("EXTENDED_CERTIFICATE", "Extended Certificate"),
                            ("INTRODUCTORY_DIPLOMA", "Introductory Diploma"),
                            ("FOUNDATION_DIPLOMA", "Foundation Diploma"),
                            ("SUBSIDIARY_DIPLOMA", "Subsidiary Diploma"),
                            ("DIPLOMA", "Diploma"),
                            ("EXTENDED_DIPLOMA", "Extended Diploma"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="For example IM2C or 05843.",
                        max_length=20,
                        unique=True,
                        verbose_name="entry code",
                    ),
                ),
                (
                    "is_provisional",
                    models.BooleanField(
                        default=False,
                        help_text="The real entry code is not yet known, so nobody can be entered under this one.",
                        verbose_name="code is provisional",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="Full title, as it is printed on the certificate.", max_length=200
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("THRESHOLD", "A number of units"),
                            ("POINTS", "Points for grades and guided learning hours"),
                        ],
                        default="THRESHOLD",
                        max_length=10,
                    ),
                ),
                (
                    "units_needed",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Only for awards made by a number of units.", null=True
                    ),
                ),
                (
                    "glh",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Only for awards made by points: the size.",
                        null=True,
                        verbose_name="guided learning hours",
                    ),
                ),
                (
                    "needs_mandatory",
                    models.BooleanField(default=True, verbose_name="needs the mandatory unit"),
                ),
                (
                    "ucas_points",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Shown as “to be confirmed”.",
                        null=True,
                        verbose_name="UCAS points",
                    ),
                ),
                (
                    "performance",
                    models.CharField(
                        blank=True,
                        help_text="For example 1 GCSE, 46 performance points.",
                        max_length=120,
                        verbose_name="school performance",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Order by size, the smallest first."
                    ),
                ),
            ],
            options={
                "ordering": ["qualification__position", "qualification__code", "position", "units_needed"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("qualification", "kind"), name="award_kind_once_in_qualification"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("glh", None),
                                ("rule", "THRESHOLD"),
                                ("units_needed__gt", 0),
                                ("units_needed__isnull", False),
                            ),
                            models.Q(
                                ("glh__gt", 0),
                                ("glh__isnull", False),
                                ("rule", "POINTS"),
                                ("units_needed", None),
                            ),
                            _connector="OR",
                        ),
                        name="award_size_fits_its_rule",
                        violation_error_message="Enter the number of units, or the hours if the award is made by points.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Checklist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checklists",
                        to="catalogue.unit",
                    ),
                ),
                (
                    "version",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="Blank if it was loaded from the seed data.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "e-checklist",
                "ordering": ["unit", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "version"), name="checklist_version_once_in_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="checklist_version_from_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at__isnull", False), ("published_by", None), _connector="OR"
                        ),
                        name="checklist_published_by_with_at",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="published_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.published_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*)",
                            func="\n                    RAISE EXCEPTION 'e-checklist % is published and cannot be changed', OLD.id\n                        USING ERRCODE = 'integrity_constraint_violation';\n                ",
                            hash="0c9ab9f70f62b9d381fe024c374d6485e7e5ffb2",
                            operation="UPDATE",
                            pgid="pgtrigger_published_is_fixed_ff3dd",
                            table="catalogue_checklist",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="published_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."published_at" IS NOT NULL)',
                            func="\n                    RAISE EXCEPTION 'e-checklist % is published and cannot be deleted', OLD.id\n                        USING ERRCODE = 'integrity_constraint_violation';\n                ",
                            hash="f47c121e4321165e5a367d586586e26b44a555cf",
                            operation="DELETE",
                            pgid="pgtrigger_published_is_kept_0d6d8",
                            table="catalogue_checklist",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="catalogue.checklist",
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "guidance",
                    models.TextField(
                        blank=True,
                        help_text="What to show, in words for the candidate. Everybody can read it.",
                        verbose_name="guidance for candidates",
                    ),
                ),
                (
                    "assessor_notes",
                    models.TextField(
                        blank=True,
                        help_text="What to look for when marking. Candidates and the public never see it.",
                        verbose_name="notes for assessors",
                    ),
                ),
            ],
            options={
                "verbose_name": "assessment objective",
                "ordering": ["checklist", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checklist", "number"), name="objective_number_once_in_checklist"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="objective_number_from_1"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="fixed_once_published",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE sheet RECORD;",
                            func="\n            IF TG_OP <> 'INSERT' THEN\n                SELECT checklist.id, checklist.published_at INTO sheet\n                    FROM catalogue_checklist AS checklist WHERE checklist.id = OLD.checklist_id FOR SHARE OF checklist;\n                IF sheet.published_at IS NOT NULL THEN\n                    RAISE EXCEPTION 'e-checklist % is published: its assessment objectives cannot be changed', sheet.id\n                        USING ERRCODE = 'integrity_constraint_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            SELECT checklist.id, checklist.published_at INTO sheet\n                    FROM catalogue_checklist AS checklist WHERE checklist.id = NEW.checklist_id FOR SHARE OF checklist;\n            IF sheet.published_at IS NOT NULL THEN\n                RAISE EXCEPTION 'e-checklist % is published: no assessment objectives can be added', sheet.id\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="408d938433c4e64ae2cc985893ad056e895582ad",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_fixed_once_published_c1cbc",
                            table="catalogue_objective",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteria",
                        to="catalogue.objective",
                    ),
                ),
                (
                    "ref",
                    models.CharField(help_text="For example 1.1.", max_length=10, verbose_name="reference"),
                ),
                ("text", models.TextField()),
                (
                    "is_required",
                    models.BooleanField(
                        default=True, help_text="Must be met to pass the unit.", verbose_name="required"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Order within the objective."),
                ),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["objective__number", "position", "ref"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("objective", "ref"), name="criterion_ref_once_in_objective"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="fixed_once_published",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE sheet RECORD;",
                            func="\n            IF TG_OP <> 'INSERT' THEN\n                SELECT checklist.id, checklist.published_at INTO sheet\n                    FROM catalogue_objective AS objective\n                    JOIN catalogue_checklist AS checklist ON checklist.id = objective.checklist_id\n                    WHERE objective.id = OLD.objective_id FOR SHARE OF checklist;\n                IF sheet.published_at IS NOT NULL THEN\n                    RAISE EXCEPTION 'e-checklist % is published: its criteria cannot be changed', sheet.id\n                        USING ERRCODE = 'integrity_constraint_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            SELECT checklist.id, checklist.published_at INTO sheet\n                    FROM catalogue_objective AS objective\n                    JOIN catalogue_checklist AS checklist ON checklist.id = objective.checklist_id\n                    WHERE objective.id = NEW.objective_id FOR SHARE OF checklist;\n            IF sheet.published_at IS NOT NULL THEN\n                RAISE EXCEPTION 'e-checklist % is published: no criteria can be added', sheet.id\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="891f38248bd624344675969915089adfc31284d4",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_fixed_once_published_f3cdb",
                            table="catalogue_criterion",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        portal.kit.operations.InstallTriggers(
            models=["checklist", "objective", "criterion"],
        ),
    ]
