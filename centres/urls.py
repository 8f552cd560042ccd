from django.urls import path

from .views import approval, entries, people, switching

centre = "centres/<str:number>/"

urlpatterns = [
    path("apply/", approval.apply, name="apply"),
    path("apply/sent/", approval.applied, name="applied"),
    path(centre, people.centre, name="centre"),
    path(centre + "apply/", approval.centre_apply, name="centre-apply"),
    path(centre + "people/", people.people, name="people"),
    path(centre + "people/add/", people.person_add, name="person-add"),
    path(centre + "people/<int:pk>/", people.person, name="person"),
    path(centre + "people/<int:pk>/end/", people.person_end, name="person-end"),
    path(centre + "people/<int:pk>/invite/", people.person_invite, name="person-invite"),
    path(centre + "people/<int:pk>/reset-second-step/", people.person_reset, name="person-reset"),
    path("centre/change/", switching.change_centre, name="change-centre"),
    path(centre + "orders/", entries.orders, name="orders"),
    path(centre + "orders/new/", entries.order_new, name="order-new"),
    path(centre + "orders/<int:pk>/", entries.order, name="order"),
    path(centre + "orders/<int:pk>/edit/", entries.order_edit, name="order-edit"),
    path(centre + "orders/<int:pk>/submit/", entries.order_submit, name="order-submit"),
    path(centre + "entries/", entries.entries, name="entries"),
    path(centre + "statements/<str:statement>.pdf", entries.statement, name="statement"),
]
