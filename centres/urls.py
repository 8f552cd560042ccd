from django.urls import path

from .views import approval, entries, people

centre = "centres/<str:number>/"
application = "applications/<int:pk>/"

urlpatterns = [
    path("apply/", approval.apply, name="apply"),
    path("apply/sent/", approval.apply_sent, name="apply-sent"),
    path("apply/leave/", approval.leave, name="application-leave"),
    path("apply/open/<int:pk>/<str:token>/", approval.open_by_link, name="application-open"),
    path(application, approval.application, name="application"),
    path(application + "check/", approval.check, name="application-check"),
    path(application + "answer/", approval.answer, name="application-answer"),
    path(application + "withdraw/", approval.withdraw, name="application-withdraw"),
    path(application + "files/<int:attachment>/", approval.attachment, name="attachment"),
    path(
        application + "files/<int:attachment>/remove/", approval.attachment_remove, name="attachment-remove"
    ),
    path(application + "<slug:part>/", approval.part, name="application-part"),
    path(centre, people.centre, name="centre"),
    path(centre + "apply/", approval.centre_apply, name="centre-apply"),
    path(centre + "letters/<str:letter>.pdf", approval.letter, name="approval-letter"),
    path(centre + "people/", people.people, name="people"),
    path(centre + "people/add/", people.person_add, name="person-add"),
    path(centre + "people/<int:pk>/end/", people.person_end, name="person-end"),
    path(centre + "people/<int:pk>/invite/", people.person_invite, name="person-invite"),
    path(centre + "orders/", entries.orders, name="orders"),
    path(centre + "orders/new/", entries.order_new, name="order-new"),
    path(centre + "orders/<int:pk>/", entries.order, name="order"),
    path(centre + "orders/<int:pk>/edit/", entries.order_edit, name="order-edit"),
    path(centre + "orders/<int:pk>/submit/", entries.order_submit, name="order-submit"),
    path(centre + "entries/", entries.entries, name="entries"),
    path(centre + "statements/<str:statement>.pdf", entries.statement, name="statement"),
]
