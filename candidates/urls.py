from django.urls import path

from .views import codes, exports, groups, imports, merging, named, order_names, people

all_of = "centres/<str:number>/candidates/"
one = all_of + "<str:candidate_number>/"
file = all_of + "import/"
all_groups = "centres/<str:number>/groups/"
entries = "centres/<str:number>/named-entries/"
names = "centres/<str:number>/orders/<int:pk>/names/"

urlpatterns = [
    path(all_of, people.candidates, name="candidates"),
    path(all_of + "add/", people.candidate_add, name="candidate-add"),
    path(all_of + "export.csv", exports.candidates_export, name="candidates-export"),
    path(all_of + "duplicates/", merging.duplicates, name="candidate-duplicates"),
    path(all_of + "slips/", codes.slips, name="slips-all"),
    path(all_of + "slips/issue/", codes.slips_issue, name="slips-issue-all"),
    path(all_of + "slips.pdf", codes.slips_pdf, name="slips-pdf-all"),
    path(file, imports.import_new, name="candidate-import-new"),
    path(file + "template.csv", imports.import_template, name="candidate-import-template"),
    path(file + "<int:pk>/", imports.candidate_import, name="candidate-import"),
    path(file + "<int:pk>/columns/", imports.import_columns, name="candidate-import-columns"),
    path(file + "<int:pk>/duplicates/", imports.import_duplicates, name="candidate-import-duplicates"),
    path(file + "<int:pk>/names/", imports.import_names, name="candidate-import-names"),
    path(file + "<int:pk>/problems.csv", imports.import_problems, name="candidate-import-problems"),
    path(file + "<int:pk>/complete/", imports.import_complete, name="candidate-import-complete"),
    path(file + "<int:pk>/discard/", imports.import_discard, name="candidate-import-discard"),
    path(one, people.candidate, name="candidate"),
    path(one + "edit/", people.candidate_edit, name="candidate-edit"),
    path(one + "code/", codes.candidate_code, name="candidate-code"),
    path(one + "slip/", codes.candidate_slip, name="candidate-slip"),
    path(entries, named.named_entries, name="named-entries"),
    path(entries + "named-entries.csv", named.named_entries_csv, name="named-entries-csv"),
    path(entries + "order/", named.named_order_new, name="named-order-new"),
    path(entries + "<int:pk>/", named.named_entry, name="named-entry"),
    path(entries + "<int:pk>/withdraw/", named.named_entry_withdraw, name="named-entry-withdraw"),
    path(entries + "<int:pk>/transfer/", named.named_entry_transfer, name="named-entry-transfer"),
    path(names, order_names.order_names, name="order-names"),
    path(names + "add/", order_names.order_names_add, name="order-names-add"),
    path(names + "file/", order_names.order_names_file, name="order-names-file"),
    path(one + "merge/<str:other_number>/", merging.candidate_merge, name="candidate-merge"),
    path(one + "different/<str:other_number>/", merging.candidate_different, name="candidate-different"),
    path(all_groups, groups.groups, name="groups"),
    path(all_groups + "add/", groups.group_add, name="group-add"),
    path(all_groups + "none/", groups.holding_list, name="holding-list"),
    path(all_groups + "<int:pk>/", groups.group, name="group"),
    path(all_groups + "<int:pk>/edit/", groups.group_edit, name="group-edit"),
    path(all_groups + "<int:pk>/slips/", codes.slips, name="slips"),
    path(all_groups + "<int:pk>/slips/issue/", codes.slips_issue, name="slips-issue"),
    path(all_groups + "<int:pk>/slips.pdf", codes.slips_pdf, name="slips-pdf"),
]
