from django.urls import path

from .views.assignment import assignment, hand_in
from .views.candidate import my_work
from .views.centre import assign_unit, progress, to_mark
from .views.evidence import evidence_add, evidence_edit, evidence_remove, evidence_restore
from .views.files import evidence_file, evidence_site, rendition
from .views.looking import evidence_view, preview_again
from .views.marking import marking, record_achieved, return_work

urlpatterns = [
    path("my/", my_work, name="my-work"),
    path("work/<int:pk>/", assignment, name="assignment"),
    path("work/<int:pk>/evidence/", evidence_add, name="evidence-add"),
    path("work/<int:pk>/hand-in/", hand_in, name="hand-in"),
    path("work/<int:pk>/mark/", marking, name="marking"),
    path("work/<int:pk>/return/", return_work, name="return-work"),
    path("work/<int:pk>/achieve/", record_achieved, name="record-achieved"),
    path("evidence/<int:pk>/", evidence_edit, name="evidence-edit"),
    path("evidence/<int:pk>/remove/", evidence_remove, name="evidence-remove"),
    path("evidence/<int:pk>/restore/", evidence_restore, name="evidence-restore"),
    path("evidence/<int:pk>/view/", evidence_view, name="evidence-view"),
    path("files/<int:pk>/", evidence_file, name="evidence-file"),
    path("files/<int:pk>/pages/<int:index>/", rendition, name="rendition"),
    path("files/<int:pk>/site/", evidence_site, name="evidence-site"),
    path("files/<int:pk>/preview/", preview_again, name="preview-again"),
    path("centres/<str:number>/work/", to_mark, name="to-mark"),
    path("centres/<str:number>/work/assign/", assign_unit, name="assign-unit"),
    path("centres/<str:number>/progress/", progress, name="progress"),
]
