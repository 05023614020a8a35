"""Pages of bodies, groups, the directory and the import."""

from django.urls import path

from branches.views import directory, groups, imports, orders, organizations

app_name = "branches"
urlpatterns = [
    path("", organizations.organization_list, name="organization-list"),
    path("tree/", organizations.organization_tree, name="organization-tree"),
    path("create/", orders.organization_create, name="organization-create"),
    path("directory/", directory.organization_directory, name="organization-directory"),
    path("import/", imports.organization_import, name="organization-import"),
    path("import/template/", imports.import_template, name="import-template"),
    path("<int:pk>/", organizations.organization_detail, name="organization-detail"),
    path("<int:pk>/edit/", orders.organization_edit, name="organization-edit"),
    path("<int:pk>/rename/", orders.organization_rename, name="organization-rename"),
    path("<int:pk>/move/", orders.organization_move, name="organization-move"),
    path("<int:pk>/dissolve/", orders.organization_dissolve, name="organization-dissolve"),
    path("<int:pk>/groups/create/", groups.group_create, name="group-create"),
    path("groups/<int:pk>/rename/", groups.group_rename, name="group-rename"),
    path("groups/<int:pk>/end/", groups.group_end, name="group-end"),
]
