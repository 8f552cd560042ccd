from django.urls import path

from .views import claims, moderating

urlpatterns = [
    path("centres/<str:number>/claims/", claims.claims, name="claims"),
    path("centres/<str:number>/claims/start/", claims.claim_start, name="claim-start"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/lines/", claims.claim_lines, name="claim-lines"),
    path("claims/<int:pk>/submit/", claims.claim_submit, name="claim-submit"),
    path("claims/<int:pk>/discard/", claims.claim_discard, name="claim-discard"),
    path("claims/<int:pk>/claim-sheet.pdf", claims.claim_sheet, name="claim-sheet"),
    path("claims/<int:pk>/batch-header.pdf", claims.batch_header, name="batch-header"),
    path("moderation/", moderating.moderator_claims, name="moderator-claims"),
    path("moderation/claims/<int:pk>/", moderating.moderation_claim, name="moderation-claim"),
    path("moderation/claims/<int:pk>/groups/<str:key>/", moderating.claim_group, name="claim-group"),
    path("moderation/claims/<int:pk>/sample/", moderating.sample_send, name="sample-send"),
    path("moderation/lines/<int:pk>/drop/", moderating.sample_drop, name="sample-drop"),
    path("moderation/claims/<int:pk>/conclude/", moderating.claim_conclude, name="claim-conclude"),
    path("moderation/lines/<int:pk>/", moderating.moderated_line, name="moderated-line"),
    path("moderation/lines/<int:pk>/files.zip", moderating.line_zip, name="line-zip"),
    path("moderation/lines/<int:pk>/earlier/<int:earlier>/", moderating.earlier_line, name="earlier-line"),
    path(
        "moderation/lines/<int:pk>/earlier/<int:earlier>/files.zip",
        moderating.earlier_zip,
        name="earlier-zip",
    ),
    path("moderation/files/<int:pk>/", moderating.line_file, name="line-file"),
    path("moderation/files/<int:pk>/pages/<int:index>/", moderating.line_rendition, name="line-rendition"),
    path("moderation/files/<int:pk>/site/", moderating.line_site, name="line-site"),
]
