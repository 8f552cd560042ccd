"""Every permission and role in the portal. Code checks the permission, never the role."""

from django.db.models import TextChoices


class Permission(TextChoices):
    """What a person may do at a centre."""

    SEE_CENTRE = "see_centre", "See the centre's page and approvals"
    MANAGE_PEOPLE = "manage_people", "Add people and end their access"
    APPLY = "apply", "Apply for approval"
    SEE_ENTRIES = "see_entries", "See orders and the statement of account"
    ORDER_ENTRIES = "order_entries", "Order entries"
    SEE_CANDIDATES = "see_candidates", "See candidates and groups"
    MANAGE_CANDIDATES = "manage_candidates", "Add and change candidates and groups"
    ISSUE_CODES = "issue_codes", "Issue one-time sign-in codes"
    SEE_WORK = "see_work", "See candidates' work"
    ASSIGN_WORK = "assign_work", "Assign units"
    UPLOAD_FOR_CANDIDATE = "upload_for_candidate", "Upload on a candidate's behalf"
    MARK_WORK = "mark_work", "Mark on the e-checklist"
    SEE_CLAIMS = "see_claims", "See claims"
    BUILD_CLAIM = "build_claim", "Build claims"
    SUBMIT_CLAIM = "submit_claim", "Submit claims"
    SEE_CERTIFICATES = "see_certificates", "See and download certificates"


class Role(TextChoices):
    """What a person is at a centre: a named set of permissions."""

    EXAMS_OFFICER = "exams_officer", "Exams officer"
    HEAD_OF_CENTRE = "head_of_centre", "Head of centre"
    TUTOR = "tutor", "Tutor"
    STANDARDISER = "standardiser", "Lead for internal standardisation"
    CLAIMS = "claims", "Claims"


P = Permission
SEES_ALL = {
    P.SEE_CENTRE, P.SEE_ENTRIES, P.SEE_CANDIDATES, P.SEE_WORK, P.SEE_CLAIMS, P.SEE_CERTIFICATES,
}  # fmt: skip
PERMISSIONS: dict[Role, set[Permission]] = {
    Role.EXAMS_OFFICER: SEES_ALL
    | {P.MANAGE_PEOPLE, P.APPLY, P.ORDER_ENTRIES, P.MANAGE_CANDIDATES, P.ISSUE_CODES, P.ASSIGN_WORK}
    | {P.UPLOAD_FOR_CANDIDATE, P.BUILD_CLAIM, P.SUBMIT_CLAIM},
    Role.HEAD_OF_CENTRE: SEES_ALL | {P.MANAGE_PEOPLE, P.APPLY},
    Role.TUTOR: (SEES_ALL - {P.SEE_ENTRIES})
    | {P.ISSUE_CODES, P.ASSIGN_WORK, P.UPLOAD_FOR_CANDIDATE, P.MARK_WORK, P.BUILD_CLAIM},
    Role.STANDARDISER: SEES_ALL - {P.SEE_ENTRIES},
    # Given together with Tutor, to a person to whom the exams officer leaves the claims (moderation (k)).
    Role.CLAIMS: {P.SEE_CENTRE, P.SEE_CANDIDATES, P.SEE_CLAIMS, P.BUILD_CLAIM, P.SUBMIT_CLAIM},
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that include `permission`."""
    return [role for role, permissions in PERMISSIONS.items() if permission in permissions]
