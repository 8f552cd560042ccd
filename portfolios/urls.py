from django.urls import path

from .sorting.protocol import bulk_uploads
from .views.assignment import assignment, hand_in
from .views.bulk import bulk, bulk_add, bulk_leave_out, bulk_list
from .views.candidate import my_work
from .views.centre import assign_unit, progress, to_mark
from .views.checking import work_check, work_feedback
from .views.evidence import evidence_add, evidence_edit, evidence_remove, evidence_replace, evidence_restore
from .views.files import evidence_file, evidence_site, rendition
from .views.looking import evidence_view, preview_again
from .views.marking import marking, record_achieved, return_work
from .views.messages import centre_messages, my_messages, work_messages
from .views.planning import paper, paper_comment
from .views.rounds import round_page, round_zip, work_zip
from .views.uploads import upload_remove, uploads
from .views.workspace import workspace, workspace_add, workspace_delete, workspace_file, workspace_rename

urlpatterns = [
    path("my/", my_work, name="my-work"),
    path("my/messages/", my_messages, name="my-messages"),
    path("my/workspace/", workspace, name="workspace"),
    path("my/workspace/<int:pk>/", workspace_file, name="workspace-file"),
    path("my/workspace/<int:pk>/add/", workspace_add, name="workspace-add"),
    path("my/workspace/<int:pk>/rename/", workspace_rename, name="workspace-rename"),
    path("my/workspace/<int:pk>/delete/", workspace_delete, name="workspace-delete"),
    path("work/<int:pk>/", assignment, name="assignment"),
    path("work/<int:pk>/evidence/", evidence_add, name="evidence-add"),
    path("work/<int:pk>/uploads/", uploads, name="uploads"),
    path("uploads/<int:pk>/remove/", upload_remove, name="upload-remove"),
    path("bulk-uploads/<int:pk>/", bulk, name="bulk-upload"),
    path("bulk-uploads/<int:pk>/files/", bulk_add, name="bulk-upload-add"),
    path("bulk-uploads/<int:pk>/uploads/", bulk_uploads, name="bulk-upload-parts"),
    path("bulk-uploads/<int:pk>/leave-out/", bulk_leave_out, name="bulk-upload-leave-out"),
    path("work/<int:pk>/hand-in/", hand_in, name="hand-in"),
    path("work/<int:pk>/files.zip", work_zip, name="work-zip"),
    path("work/<int:pk>/hand-ins/<int:number>/", round_page, name="round"),
    path("work/<int:pk>/hand-ins/<int:number>/files.zip", round_zip, name="round-zip"),
    path("work/<int:pk>/plan/", paper, {"paper": "plan"}, name="work-plan"),
    path("work/<int:pk>/plan/comment/", paper_comment, {"paper": "plan"}, name="work-plan-comment"),
    path("work/<int:pk>/review/", paper, {"paper": "review"}, name="work-review"),
    path("work/<int:pk>/review/comment/", paper_comment, {"paper": "review"}, name="work-review-comment"),
    path("work/<int:pk>/messages/", work_messages, name="work-messages"),
    path("work/<int:pk>/check/", work_check, name="work-check"),
    path("work/<int:pk>/feedback/", work_feedback, name="work-feedback"),
    path("work/<int:pk>/mark/", marking, name="marking"),
    path("work/<int:pk>/return/", return_work, name="return-work"),
    path("work/<int:pk>/achieve/", record_achieved, name="record-achieved"),
    path("evidence/<int:pk>/", evidence_edit, name="evidence-edit"),
    path("evidence/<int:pk>/replace/", evidence_replace, name="evidence-replace"),
    path("evidence/<int:pk>/remove/", evidence_remove, name="evidence-remove"),
    path("evidence/<int:pk>/restore/", evidence_restore, name="evidence-restore"),
    path("evidence/<int:pk>/view/", evidence_view, name="evidence-view"),
    path("files/<int:pk>/", evidence_file, name="evidence-file"),
    path("files/<int:pk>/pages/<int:index>/", rendition, name="rendition"),
    path("files/<int:pk>/site/", evidence_site, name="evidence-site"),
    path("files/<int:pk>/preview/", preview_again, name="preview-again"),
    path("centres/<str:number>/work/", to_mark, name="to-mark"),
    path("centres/<str:number>/work/assign/", assign_unit, name="assign-unit"),
    path("centres/<str:number>/work/bulk/", bulk_list, name="bulk-uploads"),
    path("centres/<str:number>/messages/", centre_messages, name="centre-messages"),
    path("centres/<str:number>/progress/", progress, name="progress"),
]
