import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import centres.models.printed
import portal.accounts.codes
import portal.kit.operations
import portal.kit.searching


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Centre",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        max_length=5,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{5}$", "A centre number has five digits."
                            )
                        ],
                        verbose_name="centre number",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("school", "School"),
                            ("college", "College"),
                            ("provider", "Training provider"),
                        ],
                        default="school",
                        max_length=10,
                    ),
                ),
                ("address", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(models.F("name")),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
            ],
            options={
                "ordering": ["name", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^\\d{5}$")), name="centre_number_five_digits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fee",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fees",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "product",
                    models.CharField(
                        choices=[("unit", "Unit entry"), ("named", "Named entry")],
                        default="unit",
                        max_length=10,
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        blank=True,
                        help_text="For a named entry only.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fees",
                        to="catalogue.award",
                        verbose_name="scheme code",
                    ),
                ),
                ("valid_from", models.DateField()),
                (
                    "price",
                    models.DecimalField(decimal_places=2, max_digits=8, verbose_name="price in pounds"),
                ),
            ],
            options={
                "ordering": ["qualification", "product", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("award", None)),
                        fields=("qualification", "product", "valid_from"),
                        name="fee_once_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("award__isnull", False)),
                        fields=("award", "valid_from"),
                        name="fee_of_award_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("award__isnull", False), ("product", "named")),
                            models.Q(models.Q(("product", "named"), _negated=True), ("award", None)),
                            _connector="OR",
                        ),
                        name="fee_award_of_named_only",
                        violation_error_message="Choose a scheme code for a named entry, and for nothing else.",
                    ),
                    models.CheckConstraint(condition=models.Q(("price__gte", 0)), name="fee_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="centres.centre",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("exams_officer", "Exams officer"),
                            ("head_of_centre", "Head of centre"),
                            ("tutor", "Tutor"),
                            ("standardiser", "Lead for internal standardisation"),
                            ("claims", "Claims"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["role", "user__name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user", "centre", "role"),
                        name="membership_role_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["exams_officer", "head_of_centre", "tutor", "standardiser", "claims"],
                            )
                        ),
                        name="membership_known_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryOrder",
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
                            ("submitted", "Waiting to be processed"),
                            ("processed", "Processed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn by the centre"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry_orders",
                        to="centres.centre",
                    ),
                ),
                (
                    "order_number",
                    models.CharField(
                        help_text="Your centre's own reference. It is printed on the statement.",
                        max_length=40,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("processed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "processed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("refused_at", models.DateTimeField(editable=False, null=True)),
                (
                    "refused_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
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
                ("reason", models.TextField(blank=True, editable=False, verbose_name="reason for refusing")),
            ],
            options={
                "verbose_name": "order",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "submitted", "processed"))),
                        fields=("centre", "order_number"),
                        name="order_number_once_at_centre",
                        violation_error_message="Your centre has already used this order number. Enter another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="order_submitted_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("processed_at__isnull", False), ("processed_by__isnull", False)),
                            models.Q(("processed_at__isnull", True), ("processed_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="order_processed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refused_at__isnull", False), ("refused_by__isnull", False)),
                            models.Q(("refused_at__isnull", True), ("refused_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="order_refused_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="order_withdrawn_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "processed", "refused", "withdrawn"])
                        ),
                        name="entryorder_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="only_drafts_go",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"state\" = 'draft'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="4b49715bfc37b4c1110939fb62cf872dd9dce68a",
                            operation="DELETE",
                            pgid="pgtrigger_only_drafts_go_1f441",
                            table="centres_entryorder",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="processed_is_credited",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"state\" = 'processed')",
                            constraint="CONSTRAINT",
                            func="\n            IF EXISTS (\n                SELECT 1 FROM centres_orderline line\n                LEFT JOIN centres_ledgerline credit ON credit.order_line_id = line.id\n                WHERE line.order_id = NEW.id AND line.product = 'unit' AND credit.id IS NULL\n            ) THEN\n                RAISE EXCEPTION 'a processed order is credited' USING ERRCODE = '23000';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="bbc57c30b1733d6674ef24f86c2ef3f362345e59",
                            operation="UPDATE",
                            pgid="pgtrigger_processed_is_credited_40926",
                            table="centres_entryorder",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:submitted,submitted:processed,submitted:refused,submitted:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="8e0f936fcae8ab2bbdfcab1a92c539322b32f8ff",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_12823",
                            table="centres_entryorder",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryAccount",
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
                        related_name="entry_accounts",
                        to="centres.centre",
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry_accounts",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "product",
                    models.CharField(
                        choices=[("unit", "Unit entry"), ("named", "Named entry")],
                        default="unit",
                        max_length=10,
                    ),
                ),
                ("available", models.IntegerField(default=0, editable=False)),
                ("reserved", models.IntegerField(default=0, editable=False)),
                ("used", models.IntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["centre", "qualification", "product"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "qualification", "product"), name="entry_account_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("product", "named"), _negated=True),
                        name="entry_account_of_unnamed_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("available__gte", 0)), name="entry_account_available_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="entry_account_reserved_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0)), name="entry_account_used_not_negative"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="balance_by_ledger_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF pg_trigger_depth() >= 2 THEN RETURN NEW; END IF;\n                    IF TG_OP = 'INSERT' AND (NEW.available, NEW.reserved, NEW.used) = (0, 0, 0) THEN\n                        RETURN NEW;\n                    END IF;\n                    IF TG_OP = 'UPDATE' AND (NEW.available, NEW.reserved, NEW.used)\n                        = (OLD.available, OLD.reserved, OLD.used) THEN\n                        RETURN NEW;\n                    END IF;\n                    RAISE EXCEPTION 'balances change by ledger lines only'\n                        USING ERRCODE = 'integrity_constraint_violation';\n                ",
                            hash="f9d6c4a5489f82f0da75cf78634b8902f11f1e75",
                            operation="UPDATE OR INSERT",
                            pgid="pgtrigger_balance_by_ledger_only_ff934",
                            table="centres_entryaccount",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
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
                            ("submitted", "Waiting for a decision"),
                            ("more_information", "More information needed"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="centres.centre",
                    ),
                ),
                (
                    "applicant_email",
                    models.EmailField(
                        blank=True,
                        editable=False,
                        help_text="Proved by a link.",
                        max_length=254,
                        verbose_name="e-mail address of the applicant",
                    ),
                ),
                (
                    "centre_name",
                    models.CharField(
                        blank=True,
                        help_text="As it should appear in our records and on certificates.",
                        max_length=120,
                        verbose_name="name of the centre",
                    ),
                ),
                (
                    "centre_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("school", "School"),
                            ("college", "College"),
                            ("provider", "Training provider"),
                        ],
                        max_length=10,
                        verbose_name="kind of centre",
                    ),
                ),
                (
                    "centre_number",
                    models.CharField(
                        blank=True,
                        help_text="Five digits, if the centre already has a number.",
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{5}$", "A centre number has five digits."
                            )
                        ],
                        verbose_name="centre number",
                    ),
                ),
                ("address", models.TextField(blank=True)),
                ("site_url", models.URLField(blank=True, verbose_name="web site of the centre")),
                (
                    "head_of_centre",
                    models.CharField(blank=True, max_length=120, verbose_name="name of the head of centre"),
                ),
                (
                    "contact_name",
                    models.CharField(blank=True, max_length=120, verbose_name="name of the exams officer"),
                ),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True,
                        help_text="If the centre is approved, the exams officer is invited at this address.",
                        max_length=254,
                        verbose_name="e-mail address of the exams officer",
                    ),
                ),
                (
                    "contact_phone",
                    models.CharField(
                        blank=True, max_length=30, verbose_name="telephone number of the exams officer"
                    ),
                ),
                (
                    "coordinator_name",
                    models.CharField(
                        blank=True,
                        help_text="The person who leads the teaching. It can be somebody you have already named.",
                        max_length=120,
                        verbose_name="name of the programme coordinator",
                    ),
                ),
                (
                    "coordinator_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail address of the programme coordinator"
                    ),
                ),
                (
                    "staffing",
                    models.TextField(
                        blank=True,
                        help_text="Who will teach and mark, and what they have done before.",
                        verbose_name="tutors and their experience",
                    ),
                ),
                (
                    "equipment",
                    models.TextField(
                        blank=True,
                        help_text="What candidates will use at the centre.",
                        verbose_name="computers and internet access",
                    ),
                ),
                (
                    "site_contact",
                    models.CharField(
                        blank=True,
                        help_text="Name and e-mail address or telephone number of the person who looks after them.",
                        max_length=200,
                        verbose_name="contact for computers and internet",
                    ),
                ),
                (
                    "approved_elsewhere",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No")],
                        max_length=3,
                        verbose_name="approved by another awarding body",
                    ),
                ),
                (
                    "other_approvals",
                    models.TextField(
                        blank=True,
                        help_text="Which body, for which qualifications, and since when.",
                        verbose_name="approvals by other awarding bodies",
                    ),
                ),
                (
                    "declared_by",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="declared by"),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("submitted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
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
                ("refused_at", models.DateTimeField(editable=False, null=True)),
                (
                    "refused_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                ("reason", models.TextField(blank=True, verbose_name="reason for the decision")),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(
                            django.db.models.functions.text.Concat(
                                "centre_name",
                                models.Value(" "),
                                "contact_name",
                                models.Value(" "),
                                "coordinator_name",
                                models.Value(" "),
                                "head_of_centre",
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
            ],
            options={
                "verbose_name": "application for approval",
                "verbose_name_plural": "applications for approval",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="application_approved_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refused_at__isnull", False), ("refused_by__isnull", False)),
                            models.Q(("refused_at__isnull", True), ("refused_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="application_refused_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="application_refused_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "withdrawn"]),
                            models.Q(
                                ("submitted_at__isnull", False),
                                models.Q(("centre_name", ""), _negated=True),
                                models.Q(("contact_name", ""), _negated=True),
                                models.Q(("contact_email", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="application_sent_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("centre__isnull", False),
                            _connector="OR",
                        ),
                        name="application_approved_for_centre",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "more_information", "submitted")),
                            models.Q(("applicant_email", ""), _negated=True),
                        ),
                        fields=("applicant_email",),
                        name="application_one_open_of_address",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("centre",),
                        name="application_one_draft_of_centre",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "more_information",
                                    "approved",
                                    "refused",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="application_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:submitted,draft:withdrawn,more_information:submitted,more_information:withdrawn,submitted:approved,submitted:more_information,submitted:refused,submitted:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="816b7e555a704da9679ccb97d986b5351e5581f5",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_82e1e",
                            table="centres_application",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleOffer",
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
                        related_name="role_offers",
                        to="centres.centre",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("exams_officer", "Exams officer"),
                                ("head_of_centre", "Head of centre"),
                                ("tutor", "Tutor"),
                                ("standardiser", "Lead for internal standardisation"),
                                ("claims", "Claims"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("is_barred", models.BooleanField(default=False, verbose_name="moderator or staff")),
                (
                    "nonce",
                    models.CharField(default=portal.accounts.codes.new_nonce, editable=False, max_length=32),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("offered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, help_text="When it was answered, replaced or withdrawn.", null=True
                    ),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_offers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation to a centre",
                "verbose_name_plural": "invitations to centres",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("centre", "email"),
                        name="role_offer_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "roles__contained_by",
                                ["exams_officer", "head_of_centre", "tutor", "standardiser", "claims"],
                            ),
                            ("roles__len__gt", 0),
                        ),
                        name="role_offer_known_roles",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_by", None), ("ended_at__isnull", False), _connector="OR"
                        ),
                        name="role_offer_accepted_is_over",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="centres.entryorder",
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "product",
                    models.CharField(
                        choices=[("unit", "Unit entry"), ("named", "Named entry")],
                        default="unit",
                        max_length=10,
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.award",
                    ),
                ),
                (
                    "quantity",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(9999),
                        ]
                    ),
                ),
                ("unit_price", models.DecimalField(decimal_places=2, max_digits=8)),
                (
                    "is_supplement",
                    models.BooleanField(
                        default=False,
                        help_text="What a dearer size costs more than was paid for a named entry.",
                        verbose_name="supplement",
                    ),
                ),
            ],
            options={
                "ordering": ["qualification", "product", "award__position"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("award", None)),
                        fields=("order", "qualification", "product"),
                        name="order_product_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("award__isnull", False)),
                        fields=("order", "award"),
                        name="order_award_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("award__isnull", False), ("product", "named")),
                            models.Q(models.Q(("product", "named"), _negated=True), ("award", None)),
                            _connector="OR",
                        ),
                        name="order_award_of_named_only",
                        violation_error_message="Choose a scheme code for a named entry, and for nothing else.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (1, 9999))), name="order_quantity_1_to_9999"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_supplement", False),
                            models.Q(("product", "named"), ("quantity", 1)),
                            _connector="OR",
                        ),
                        name="order_supplement_of_one_named_entry",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="lines_of_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (SELECT 1 FROM centres_entryorder WHERE id = OLD.order_id AND state <> 'draft') THEN\n                RAISE EXCEPTION 'the lines of an order that was sent stay as they are' USING ERRCODE = '23000';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                            hash="2fed192112ecd098fdc6f61d0cec346afc7593ef",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_lines_of_drafts_only_0b999",
                            table="centres_orderline",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
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
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="centres.entryaccount",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("adjust", "Correction"),
                            ("cancel", "Cancellation of unused entries"),
                            ("expire", "Expiry after the last certification date"),
                        ],
                        default="adjust",
                        max_length=10,
                    ),
                ),
                (
                    "quantity",
                    models.IntegerField(
                        help_text="Above 0 adds entries, below 0 takes them away, for example -3.",
                        verbose_name="number of entries",
                    ),
                ),
                ("reason", models.TextField(help_text="The centre sees this.")),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
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
                        name="adjustment_approved_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rejected_at__isnull", False), ("rejected_by__isnull", False)),
                            models.Q(("rejected_at__isnull", True), ("rejected_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="adjustment_rejected_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            ("proposed_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="adjustment_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by__isnull", False), ("kind", "expire"), _connector="OR"
                        ),
                        name="adjustment_proposed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="adjustment_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "adjust"), models.Q(("quantity", 0), _negated=True)),
                            models.Q(("kind__in", ["cancel", "expire"]), ("quantity__lt", 0)),
                            _connector="OR",
                        ),
                        name="adjustment_sign_of_kind",
                        violation_error_message="A correction cannot be 0. A cancellation or an expiry only takes entries away: enter a number below 0.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "expire"), ("state", "proposed")),
                        fields=("account",),
                        name="adjustment_one_open_expiry",
                        violation_error_message="An expiry of this account is already waiting for a second person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved", "rejected"])),
                        name="adjustment_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="as_proposed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5a8d8a71e6aa96749c31c5a18699289a4bd90b55",
                            operation="UPDATE",
                            pgid="pgtrigger_as_proposed_2cfe3",
                            table="centres_adjustment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="d1f258d0e2fa03ae82acd10f9c1738184fb2ccd8",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_5e9d4",
                            table="centres_adjustment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="proposed_first",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (NEW.\"state\" = 'proposed'))",
                            func="RAISE EXCEPTION 'an adjustment is proposed first' USING ERRCODE = '23000';",
                            hash="fca980406b94bd2eacf8a6be7834b62bf7a82ebe",
                            operation="INSERT",
                            pgid="pgtrigger_proposed_first_4f9c3",
                            table="centres_adjustment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approved_is_posted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"state\" = 'approved')",
                            constraint="CONSTRAINT",
                            func="\n                    IF NOT EXISTS (SELECT 1 FROM centres_ledgerline WHERE adjustment_id = NEW.id) THEN\n                        RAISE EXCEPTION 'an approved adjustment has its ledger line' USING ERRCODE = '23000';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="47347d2d3bf5e7dba74d199bc7dc6fbf6ba4b30a",
                            operation="UPDATE",
                            pgid="pgtrigger_approved_is_posted_94431",
                            table="centres_adjustment",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:approved,proposed:rejected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="c0e8924575593667a80ef338d1984c7d8828d6af",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_300ed",
                            table="centres_adjustment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="centres.application",
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not decided yet"), ("approved", "Approved"), ("refused", "Refused")],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name": "qualification asked for",
                "verbose_name_plural": "qualifications asked for",
                "ordering": ["qualification"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "qualification"), name="application_asks_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "approved", "refused"])),
                        name="application_line_known_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="centres.application",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("centre", "The applicant"), ("awarding_body", "The awarding body")],
                        max_length=15,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("author_name", models.CharField(help_text="As it was then.", max_length=254)),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "message about an application",
                "verbose_name_plural": "messages about applications",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["centre", "awarding_body"])),
                        name="application_message_known_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="application_message_says_something",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ad0532abe6619a0ca2d749c2c1ad2bbce1cf0e69",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_41fd3",
                            table="centres_applicationmessage",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="centres.application",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(default=portal.accounts.codes.new_nonce, editable=False, max_length=32),
                ),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-issued_at", "-pk"],
                "indexes": [models.Index(fields=["email", "issued_at"], name="application_link_by_email")],
            },
        ),
        migrations.CreateModel(
            name="Approval",
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
                        choices=[("approved", "Approved"), ("withdrawn", "Withdrawn"), ("lapsed", "Lapsed")],
                        db_index=True,
                        default="approved",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="centres.centre",
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="catalogue.qualification",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="centres.application",
                    ),
                ),
                ("approved_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
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
                ("lapsed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "warned_of",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="warned of its lapse on"
                    ),
                ),
            ],
            options={
                "ordering": ["centre", "qualification"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="approval_withdrawn_by_someone",
                    ),
                    models.UniqueConstraint(fields=("centre", "qualification"), name="approval_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["approved", "withdrawn", "lapsed"])),
                        name="approval_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{approved:lapsed,approved:withdrawn,lapsed:approved,withdrawn:approved}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="9c02b6e85ca775c55371e7a3ae895d97b51042ae",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_2bf15",
                            table="centres_approval",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalLetter",
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
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter",
                        to="centres.application",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval_letters",
                        to="centres.centre",
                    ),
                ),
                ("issued_on", models.DateField(default=django.utils.timezone.localdate)),
                ("centre_number", models.CharField(max_length=5)),
                ("centre_name", models.CharField(max_length=120)),
                ("centre_address", models.TextField()),
                ("lines", models.JSONField(help_text="One for each qualification: code, title, level.")),
                ("approved_from", models.DateField()),
                (
                    "lapse_years",
                    models.PositiveSmallIntegerField(
                        help_text="Years without activity after which approval lapsed, when the letter was written."
                    ),
                ),
            ],
            options={
                "verbose_name": "letter of confirmation",
                "verbose_name_plural": "letters of confirmation",
                "ordering": ["-issued_on", "-number"],
            },
        ),
        migrations.CreateModel(
            name="StatementOfEntries",
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
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="centres.entryorder",
                    ),
                ),
                ("issued_on", models.DateField(default=django.utils.timezone.localdate)),
                ("centre_number", models.CharField(max_length=5)),
                ("centre_name", models.CharField(max_length=120)),
                ("order_number", models.CharField(max_length=40)),
                (
                    "lines",
                    models.JSONField(
                        help_text="One for each product: code, title, level, product, quantity, unit_price, available after it."
                    ),
                ),
            ],
            options={
                "verbose_name": "statement of entries",
                "verbose_name_plural": "statements of entries",
                "ordering": ["-issued_on", "-number"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="as_issued",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."order_id" IS DISTINCT FROM (NEW."order_id") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."centre_number" IS DISTINCT FROM (NEW."centre_number") OR OLD."centre_name" IS DISTINCT FROM (NEW."centre_name") OR OLD."order_number" IS DISTINCT FROM (NEW."order_number") OR OLD."lines" IS DISTINCT FROM (NEW."lines"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b319967e44dc92935faf07d6af047a8c40c14e8f",
                            operation="UPDATE",
                            pgid="pgtrigger_as_issued_f51b3",
                            table="centres_statementofentries",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="59e0abde89d979be633e22c1c41d8184370d9c84",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_e092e",
                            table="centres_statementofentries",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
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
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice",
                        to="centres.entryorder",
                    ),
                ),
                ("issued_on", models.DateField(default=django.utils.timezone.localdate)),
                ("due_on", models.DateField(default=centres.models.printed.due_date)),
                ("centre_number", models.CharField(max_length=5)),
                ("centre_name", models.CharField(max_length=120)),
                ("centre_address", models.TextField(blank=True)),
                ("order_number", models.CharField(max_length=40)),
                (
                    "lines",
                    models.JSONField(
                        help_text="One for each product: code, title, level, product, quantity, unit_price, price."
                    ),
                ),
                (
                    "total",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="total in pounds"),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("total__gte", 0)), name="invoice_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("issued_on"))),
                        name="invoice_due_after_issue",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="as_issued",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."order_id" IS DISTINCT FROM (NEW."order_id") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."centre_number" IS DISTINCT FROM (NEW."centre_number") OR OLD."centre_name" IS DISTINCT FROM (NEW."centre_name") OR OLD."centre_address" IS DISTINCT FROM (NEW."centre_address") OR OLD."order_number" IS DISTINCT FROM (NEW."order_number") OR OLD."lines" IS DISTINCT FROM (NEW."lines") OR OLD."total" IS DISTINCT FROM (NEW."total"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="04706d4dd1ec48527c7c7bcbf1569675e7c4a81f",
                            operation="UPDATE",
                            pgid="pgtrigger_as_issued_7aba9",
                            table="centres_invoice",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="811bc42b782021294f49b296efd93c6ee250e98a",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_695e0",
                            table="centres_invoice",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="centres.entryaccount",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("grant", "Order processed"),
                            ("reserve", "Reserved for a claim"),
                            ("release", "Released"),
                            ("use", "Used for a certificate"),
                            ("cancel", "Cancelled"),
                            ("expire", "Expired"),
                            ("adjust", "Adjusted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("available", models.IntegerField()),
                ("reserved", models.IntegerField(default=0)),
                ("used", models.IntegerField(default=0)),
                (
                    "order_line",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_line",
                        to="centres.orderline",
                    ),
                ),
                (
                    "adjustment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_line",
                        to="centres.adjustment",
                    ),
                ),
                ("held_for", models.UUIDField(blank=True, db_index=True, null=True)),
                ("claim_number", models.CharField(blank=True, max_length=30)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("available_after", models.IntegerField(editable=False, null=True)),
                ("reserved_after", models.IntegerField(editable=False, null=True)),
                ("used_after", models.IntegerField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "ledger line",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["account", "at", "id"], name="ledger_by_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("available__gt", 0),
                                ("kind", "grant"),
                                ("order_line__isnull", False),
                                ("reserved", 0),
                                ("used", 0),
                            ),
                            models.Q(
                                ("available", -1),
                                ("held_for__isnull", False),
                                ("kind", "reserve"),
                                ("reserved", 1),
                                ("used", 0),
                            ),
                            models.Q(
                                ("available", 1),
                                ("held_for__isnull", False),
                                ("kind", "release"),
                                ("reserved", -1),
                                ("used", 0),
                            ),
                            models.Q(
                                ("available", 0),
                                ("held_for__isnull", False),
                                ("kind", "use"),
                                ("reserved", -1),
                                ("used", 1),
                            ),
                            models.Q(
                                ("available__lt", 0),
                                ("kind__in", ["cancel", "expire"]),
                                ("reserved", 0),
                                ("used", 0),
                            ),
                            models.Q(
                                ("kind", "adjust"),
                                ("reserved", 0),
                                ("used", 0),
                                models.Q(("available", 0), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_shape_of_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_for__isnull", True),
                            ("kind__in", ["reserve", "release", "use"]),
                            _connector="OR",
                        ),
                        name="ledger_held_for_claims_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("adjustment__isnull", False), ("kind__in", ["adjust", "cancel", "expire"])
                            ),
                            models.Q(
                                models.Q(("kind__in", ["adjust", "cancel", "expire"]), _negated=True),
                                ("adjustment__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_adjustment_for_corrections",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reserve")),
                        fields=("held_for",),
                        name="ledger_reserved_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["release", "use"])),
                        fields=("held_for",),
                        name="ledger_ended_once",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF TG_OP = 'UPDATE' AND pg_trigger_depth() >= 2 AND OLD.available_after IS NULL\n                AND to_jsonb(NEW) - 'available_after' - 'reserved_after' - 'used_after' = to_jsonb(OLD) - 'available_after' - 'reserved_after' - 'used_after' THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'ledger lines are only ever added' USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="30091446ddfbac0cf22bc77c3925254dea2be72e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b58e7",
                            table="centres_ledgerline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="reserved_before_it_ends",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"kind\" IN ('release', 'use'))",
                            func="\n            IF NOT EXISTS (SELECT 1 FROM centres_ledgerline\n           WHERE kind = 'reserve' AND held_for = NEW.held_for AND account_id = NEW.account_id) THEN\n                RAISE EXCEPTION 'no entry of this account is reserved for this claim line' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="a52941929b422278a5b6215cc8c465fd3a7d2360",
                            operation="INSERT",
                            pgid="pgtrigger_reserved_before_it_ends_7a88a",
                            table="centres_ledgerline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="grant_as_ordered",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"kind\" IN ('grant'))",
                            func="\n            IF NOT EXISTS (SELECT 1 FROM centres_orderline line\n           JOIN centres_entryorder orders ON orders.id = line.order_id\n           JOIN centres_entryaccount account ON account.id = NEW.account_id\n           WHERE line.id = NEW.order_line_id AND line.quantity = NEW.available AND orders.state = 'processed'\n             AND (account.centre_id, account.qualification_id, account.product)\n               = (orders.centre_id, line.qualification_id, line.product)) THEN\n                RAISE EXCEPTION 'a grant is what a processed order of this centre and product says' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="87eaf20af1ec462c58501dda07ad44e71fc5ba8f",
                            operation="INSERT",
                            pgid="pgtrigger_grant_as_ordered_031e3",
                            table="centres_ledgerline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approved_by_a_second_person",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"kind\" IN ('adjust', 'cancel', 'expire'))",
                            func="\n            IF NOT EXISTS (SELECT 1 FROM centres_adjustment\n           WHERE id = NEW.adjustment_id AND state = 'approved' AND approved_by_id IS NOT NULL\n             AND (account_id, kind, quantity) = (NEW.account_id, NEW.kind, NEW.available)) THEN\n                RAISE EXCEPTION 'a correction is what an approved adjustment of this account says' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="a421d1d7c2a33bfdd2322d3fea78c5b959d81f5f",
                            operation="INSERT",
                            pgid="pgtrigger_approved_by_a_second_person_bf521",
                            table="centres_ledgerline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="expires_when_over",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"kind\" IN ('expire'))",
                            func="\n            IF NOT EXISTS (SELECT 1 FROM centres_entryaccount account\n           JOIN catalogue_qualification found ON found.id = account.qualification_id\n           WHERE account.id = NEW.account_id\n             AND found.last_certification_on < (now() AT TIME ZONE 'Europe/London')::date) THEN\n                RAISE EXCEPTION 'entries expire only after the last certification date' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="ed3899f5792f7e01afda521ba0e6e68a22843cd6",
                            operation="INSERT",
                            pgid="pgtrigger_expires_when_over_6dde7",
                            table="centres_ledgerline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="post_to_account",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            UPDATE centres_entryaccount\n            SET available = available + NEW.available,\n                reserved = reserved + NEW.reserved,\n                used = used + NEW.used\n            WHERE id = NEW.account_id;\n            UPDATE centres_ledgerline line\n            SET available_after = account.available,\n                reserved_after = account.reserved,\n                used_after = account.used\n            FROM centres_entryaccount account\n            WHERE line.id = NEW.id AND account.id = NEW.account_id;\n            RETURN NULL;\n        ",
                            hash="0341d9c1d3a8338f277c07e22816b50850644101",
                            operation="INSERT",
                            pgid="pgtrigger_post_to_account_f402f",
                            table="centres_ledgerline",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="centres.application",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="centres.applicationmessage",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["uploaded_at", "pk"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="stays_as_uploaded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="9c9c4037d176c0ab29c4cc7743aefffcc33fd7f1",
                            operation="UPDATE",
                            pgid="pgtrigger_stays_as_uploaded_acaa6",
                            table="centres_attachment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="stays_once_sent",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM centres_application WHERE id = OLD.application_id AND state <> 'draft'\n                    ) THEN\n                        RAISE EXCEPTION 'the application was sent, so its attachments stay'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN OLD;\n                ",
                            hash="31bdf9bc00962c21261d2dfa98452fb5d45b8928",
                            operation="DELETE",
                            pgid="pgtrigger_stays_once_sent_8eb32",
                            table="centres_attachment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="qualifications",
            field=models.ManyToManyField(
                related_name="applications", through="centres.ApplicationLine", to="catalogue.qualification"
            ),
        ),
        portal.kit.operations.InstallTriggers(
            models=[
                "entryorder",
                "entryaccount",
                "application",
                "orderline",
                "adjustment",
                "applicationmessage",
                "approval",
                "statementofentries",
                "invoice",
                "ledgerline",
                "attachment",
            ],
        ),
    ]
