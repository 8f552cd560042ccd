import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.kit.operations
import portal.kit.searching


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("centres", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Learner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ocr_number",
                    models.CharField(
                        blank=True, max_length=8, verbose_name="awarding body's candidate number"
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ocr_number", ""), _negated=True),
                        fields=("ocr_number",),
                        name="learner_ocr_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ocr_number", ""), ("ocr_number__regex", "^\\d{8}$"), _connector="OR"
                        ),
                        name="learner_ocr_number_eight_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateImport",
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
                            ("uploaded", "Columns not matched yet"),
                            ("checked", "Checked, not imported"),
                            ("importing", "Importing"),
                            ("imported", "Imported"),
                            ("discarded", "Discarded"),
                        ],
                        db_index=True,
                        default="uploaded",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate_imports",
                        to="centres.centre",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("headings", models.JSONField(default=list)),
                ("columns", models.JSONField(default=list)),
                ("rows", models.PositiveIntegerField(default=0)),
                (
                    "problems",
                    models.JSONField(
                        default=list, help_text="[[line, column, reason], …], the first of them"
                    ),
                ),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("faulty_lines", models.PositiveIntegerField(default=0)),
                ("first_rows", models.JSONField(default=list)),
                ("duplicates", models.JSONField(default=list)),
                (
                    "name_questions",
                    models.JSONField(default=list, help_text="[[line, name, why to check it], …]"),
                ),
                (
                    "mended",
                    models.JSONField(
                        default=list, help_text="[[word as it is in the file, word as it was read], …]"
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("refusal", models.TextField(blank=True, help_text="Why the last import added nobody.")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("checked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("importing_at", models.DateTimeField(editable=False, null=True)),
                (
                    "importing_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("imported_at", models.DateTimeField(editable=False, null=True)),
                (
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("imported_at__isnull", False), ("imported_by__isnull", False)),
                            models.Q(("imported_at__isnull", True), ("imported_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="import_imported_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["uploaded", "checked", "importing", "imported", "discarded"])
                        ),
                        name="candidateimport_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{checked:checked,checked:discarded,checked:importing,importing:checked,importing:imported,uploaded:checked,uploaded:discarded}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="b85c8a1e325fadb4b1071b57d0eff34608d57315",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_94b76",
                            table="candidates_candidateimport",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="centres.centre",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        max_length=4,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(?!0000)\\d{4}$", "A candidate number has 4 digits, 0001 to 9999."
                            )
                        ],
                        verbose_name="candidate number",
                    ),
                ),
                (
                    "first_names",
                    models.CharField(
                        blank=True,
                        help_text="As on the certificate.",
                        max_length=60,
                        verbose_name="first names",
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        blank=True,
                        help_text="As on the certificate.",
                        max_length=60,
                        verbose_name="last name",
                    ),
                ),
                (
                    "known_as",
                    models.CharField(
                        blank=True,
                        help_text="A different first name for use in the centre.",
                        max_length=60,
                        verbose_name="known as",
                    ),
                ),
                ("date_of_birth", models.DateField(verbose_name="date of birth")),
                (
                    "ocr_number",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=8,
                        verbose_name="awarding body's candidate number",
                    ),
                ),
                (
                    "uci",
                    models.CharField(
                        blank=True,
                        help_text="Unique candidate identifier: 12 digits and a letter. Leave it empty if you do not know it.",
                        max_length=13,
                        verbose_name="UCI",
                    ),
                ),
                (
                    "uln",
                    models.CharField(
                        blank=True,
                        help_text="Unique learner number: 10 digits. Leave it empty if you do not know it.",
                        max_length=10,
                        verbose_name="ULN",
                    ),
                ),
                (
                    "entered_number",
                    models.CharField(
                        blank=True,
                        help_text="8 digits, on earlier certificates. Enter it if the candidate has taken units at another centre.",
                        max_length=8,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{8}$", "The number has 8 digits. It is on earlier certificates."
                            )
                        ],
                        verbose_name="candidate number of the awarding body",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="candidates.learner",
                    ),
                ),
                (
                    "own_learner",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.learner",
                    ),
                ),
                (
                    "is_matched",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Checked for at other centres since the details last changed.",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.candidate",
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(
                            django.db.models.functions.text.Concat(
                                "first_names",
                                models.Value(" "),
                                "last_name",
                                models.Value(" "),
                                "known_as",
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
            ],
            options={
                "ordering": ["last_name", "first_names", "number"],
                "indexes": [
                    models.Index(fields=["date_of_birth"], name="candidates__date_of_c36f8c_idx"),
                    models.Index(fields=["uci"], name="candidates__uci_781c2e_idx"),
                    models.Index(fields=["uln"], name="candidates__uln_4f459a_idx"),
                    models.Index(fields=["ocr_number"], name="candidates__ocr_num_b4063e_idx"),
                    models.Index(fields=["entered_number"], name="candidates__entered_879c8c_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "number"),
                        name="candidate_number_once_at_centre",
                        violation_error_message="Another candidate at your centre has this number.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__regex", "^\\d{4}$"), models.Q(("number", "0000"), _negated=True)
                        ),
                        name="candidate_number_four_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_names", ""), _negated=True),
                            models.Q(("last_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="candidate_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ocr_number", ""), ("ocr_number__regex", "^\\d{8}$"), _connector="OR"
                        ),
                        name="candidate_ocr_number_eight_digits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("uci", ""), _negated=True), ("merged_into", None)),
                        fields=("centre", "uci"),
                        name="candidate_uci_once_at_centre",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("uln", ""), _negated=True), ("merged_into", None)),
                        fields=("centre", "uln"),
                        name="candidate_uln_once_at_centre",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uci", ""),
                            ("uci__regex", "^[0-9]{5}[0-9A-Z][0-9]{6}[A-HKLMRTV-Y]$"),
                            _connector="OR",
                        ),
                        name="candidate_uci_shape",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uln", ""), ("uln__regex", "^[1-9][0-9]{9}$"), _connector="OR"),
                        name="candidate_uln_shape",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("pk")), _negated=True),
                        name="candidate_not_merged_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_number", ""), ("entered_number__regex", "^\\d{8}$"), _connector="OR"
                        ),
                        name="candidate_entered_number_eight_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("learner__isnull", False), ("own_learner__isnull", False)),
                            models.Q(("learner", None), ("own_learner", None)),
                            _connector="OR",
                        ),
                        name="candidate_learner_with_their_own",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="merged_into_one_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."merged_into_id" IS NOT NULL)',
                            func="\n    IF NOT EXISTS (\n        SELECT 1 FROM candidates_candidate\n        WHERE id = NEW.merged_into_id AND merged_into_id IS NULL AND centre_id = NEW.centre_id\n    ) OR EXISTS (SELECT 1 FROM candidates_candidate WHERE merged_into_id = NEW.id) THEN\n        RAISE EXCEPTION 'a merged candidate points to one of the same centre who is kept'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="bfed7b439608c5a13fac9c85aca91f620bfad062",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_merged_into_one_kept_aa709",
                            table="candidates_candidate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="number_of_the_learner",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (NEW.\"ocr_number\" = ''))",
                            func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM candidates_learner\n                        WHERE id = NEW.learner_id AND ocr_number = NEW.ocr_number\n                    ) THEN\n                        RAISE EXCEPTION 'a candidate has the number of the learner'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="895a7cbb45488e9d6dea0fa8a89a5e7d9d22f6aa",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_number_of_the_learner_e1032",
                            table="candidates_candidate",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LearnerPair",
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
                            ("open", "Waiting for a decision"),
                            ("joined", "One person"),
                            ("separate", "Two people"),
                        ],
                        db_index=True,
                        default="open",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.candidate",
                    ),
                ),
                ("why", models.CharField(max_length=200, verbose_name="what agrees")),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_undone", models.BooleanField(default=False, verbose_name="a decision was undone")),
                ("joined_at", models.DateTimeField(null=True)),
                (
                    "joined_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("separate_at", models.DateTimeField(null=True)),
                (
                    "separate_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "pair that may be one person",
                "verbose_name_plural": "pairs that may be one person",
                "ordering": ["-found_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="learner_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="learner_pair_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "joined", "separate"])),
                        name="learnerpair_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{joined:open,open:joined,open:separate,separate:open}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="c0e09234b14ceece5d25faecd9b92539048f2d96",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_d4d50",
                            table="candidates_learnerpair",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Group",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="centres.centre",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "candidates",
                    models.ManyToManyField(blank=True, related_name="groups", to="candidates.candidate"),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "name"),
                        name="group_name_once_at_centre",
                        violation_error_message="Your centre already has a group with this name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DifferentPeople",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="candidates.candidate",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "pair of different people",
                "verbose_name_plural": "pairs of different people",
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="different_people_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="different_people_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedEntry",
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
                            ("entered", "Entered"),
                            ("withdrawn", "Withdrawn"),
                            ("transferred", "Transferred"),
                        ],
                        db_index=True,
                        default="entered",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_entries",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_entries",
                        to="catalogue.award",
                        verbose_name="scheme code",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="named_entries",
                        to="centres.orderline",
                    ),
                ),
                (
                    "transferred_from",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="candidates.namedentry",
                    ),
                ),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("transferred_at", models.DateTimeField(editable=False, null=True)),
                (
                    "transferred_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, editable=False, verbose_name="reason for withdrawing or transferring"
                    ),
                ),
            ],
            options={
                "verbose_name": "named entry",
                "verbose_name_plural": "named entries",
                "ordering": ["candidate__last_name", "candidate__first_names", "candidate__number", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="named_entry_withdrawn_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("transferred_at__isnull", False), ("transferred_by__isnull", False)),
                            models.Q(("transferred_at__isnull", True), ("transferred_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="named_entry_transferred_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "entered"), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="named_entry_ended_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["entered", "withdrawn", "transferred"])),
                        name="namedentry_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="fits_its_order",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF NOT EXISTS (\n            SELECT 1 FROM centres_orderline line\n            JOIN centres_entryorder ordered ON ordered.id = line.order_id\n            JOIN candidates_candidate candidate ON candidate.id = NEW.candidate_id\n            JOIN catalogue_award size ON size.id = NEW.award_id\n            LEFT JOIN candidates_namedentry earlier ON earlier.id = NEW.transferred_from_id\n            WHERE line.id = NEW.order_line_id AND line.product = 'named'\n                AND candidate.centre_id = ordered.centre_id\n                AND size.qualification_id = line.qualification_id\n                AND CASE WHEN earlier.id IS NULL\n                    THEN ordered.state = 'draft' AND line.award_id = NEW.award_id\n                    ELSE earlier.candidate_id = NEW.candidate_id AND earlier.award_id <> NEW.award_id\n                        AND CASE WHEN earlier.order_line_id = NEW.order_line_id\n                            THEN earlier.state = 'transferred'\n                            ELSE earlier.state = 'entered' AND line.is_supplement\n                                AND ordered.state = 'draft' AND line.award_id = NEW.award_id\n                            END\n                    END\n        ) THEN\n            RAISE EXCEPTION 'a named entry fits a line of a draft order, or the entry it is transferred from'\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="add7eb9e8bc275314117c09613b9b0fbb80043ca",
                            operation="INSERT",
                            pgid="pgtrigger_fits_its_order_f349c",
                            table="candidates_namedentry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="one_live_entry",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"state\" = 'entered')",
                            func="\n        PERFORM 1 FROM candidates_candidate WHERE id = NEW.candidate_id FOR NO KEY UPDATE;\n        IF EXISTS (\n            SELECT 1 FROM candidates_namedentry other\n            JOIN catalogue_award size ON size.id = other.award_id\n            JOIN catalogue_award new_size ON new_size.id = NEW.award_id\n            JOIN centres_orderline line ON line.id = other.order_line_id\n            JOIN centres_entryorder ordered ON ordered.id = line.order_id\n            WHERE other.candidate_id = NEW.candidate_id AND other.id <> NEW.id AND other.state = 'entered'\n                AND other.id IS DISTINCT FROM NEW.transferred_from_id\n                AND other.transferred_from_id IS DISTINCT FROM NEW.id\n                AND size.qualification_id = new_size.qualification_id\n                AND ordered.state IN ('draft', 'submitted', 'processed')\n        ) THEN\n            RAISE EXCEPTION 'candidate % has a live entry for this qualification', NEW.candidate_id\n                USING ERRCODE = 'unique_violation', CONSTRAINT = 'named_entry_one_live';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="385209dfe12a0a4635dcf4699035d51cc2cac949",
                            operation='INSERT OR UPDATE OF "candidate_id"',
                            pgid="pgtrigger_one_live_entry_5e135",
                            table="candidates_namedentry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="only_those_of_drafts_go",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM centres_orderline line\n            JOIN centres_entryorder ordered ON ordered.id = line.order_id\n            WHERE line.id = OLD.order_line_id AND ordered.state <> 'draft'\n        ) THEN\n            RAISE EXCEPTION 'a named entry of an order that was sent is kept'\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN OLD;\n    ",
                            hash="9cf73dc05aa8b9618c429af9e57d9100b889e067",
                            operation="DELETE",
                            pgid="pgtrigger_only_those_of_drafts_go_25580",
                            table="candidates_namedentry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="as_entered",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."award_id" IS DISTINCT FROM (NEW."award_id") OR OLD."order_line_id" IS DISTINCT FROM (NEW."order_line_id") OR OLD."transferred_from_id" IS DISTINCT FROM (NEW."transferred_from_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="3b74d6ab746e21c34fac9df1c5431b5dbb878874",
                            operation="UPDATE",
                            pgid="pgtrigger_as_entered_8f685",
                            table="candidates_namedentry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{entered:transferred,entered:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="5ceaa305c33db19dbb54491ebaddeb233cd3aacb",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_2828b",
                            table="candidates_namedentry",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        portal.kit.operations.InstallTriggers(
            models=["candidateimport", "candidate", "learnerpair", "namedentry"],
        ),
    ]
