from django.urls import path

from .views import account, approval, offers, orders, papers, people, switching

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
    path(centre + "people/<int:pk>/", people.person, name="person"),
    path(centre + "people/<int:pk>/end/", people.person_end, name="person-end"),
    path(centre + "people/invited/<int:pk>/again/", people.offer_again, name="role-offer-again"),
    path(centre + "people/invited/<int:pk>/end/", people.offer_end, name="role-offer-end"),
    path("invitation/centre/<int:pk>/<str:token>/", offers.offer, name="role-offer"),
    path(centre + "people/<int:pk>/reset-second-step/", people.person_reset, name="person-reset"),
    path("centre/change/", switching.change_centre, name="change-centre"),
    path(centre + "orders/", orders.orders, name="orders"),
    path(centre + "orders/new/", orders.order_new, name="order-new"),
    path(centre + "orders/<int:pk>/", orders.order, name="order"),
    path(centre + "orders/<int:pk>/edit/", orders.order_edit, name="order-edit"),
    path(centre + "orders/<int:pk>/submit/", orders.order_submit, name="order-submit"),
    path(centre + "orders/<int:pk>/withdraw/", orders.order_withdraw, name="order-withdraw"),
    path(centre + "orders/<int:pk>/delete/", orders.order_delete, name="order-delete"),
    path(centre + "entries/", account.entries, name="entries"),
    path(centre + "entries.csv", account.entries_csv, name="entries-csv"),
    path(centre + "entries.pdf", account.entries_pdf, name="entries-pdf"),
    path(centre + "statements/<str:statement>.pdf", papers.statement, name="statement"),
    path(centre + "invoices/<str:invoice>.pdf", papers.invoice, name="invoice"),
    path(centre + "welcome/", papers.welcome_pack, name="welcome-pack"),
    path(centre + "welcome/claim-sheet.pdf", papers.claim_sheet_blank, name="claim-sheet-blank"),
    path(centre + "welcome/batch-header.pdf", papers.batch_header_blank, name="batch-header-blank"),
]
