"""Pages of bodies, groups, units, the directory and the import."""

from django.urls import path

from branches.views import (
    directory,
    groups,
    imports,
    orders,
    organizations,
    unit_imports,
    unit_steps,
    units,
)

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
    path("units/", units.unit_list, name="unit-list"),
    path("units/export/", units.unit_export, name="unit-export"),
    path("units/check/", units.unit_check, name="unit-check"),
    path("units/add/", unit_steps.unit_add, name="unit-add"),
    path("units/import/", unit_imports.unit_import, name="unit-import"),
    path("units/import/template/", unit_imports.unit_template, name="unit-template"),
    path("units/import/<int:pk>/undo/", unit_imports.unit_import_undo, name="unit-import-undo"),
    path("units/<int:pk>/", units.unit_detail, name="unit-detail"),
    path("units/<int:pk>/edit/", unit_steps.unit_edit, name="unit-edit"),
    path("units/<int:pk>/cover/", unit_steps.unit_cover, name="unit-cover"),
    path("units/<int:pk>/pause/", unit_steps.unit_pause, name="unit-pause"),
    path("units/<int:pk>/resume/", unit_steps.unit_resume, name="unit-resume"),
    path("units/<int:pk>/members/", unit_steps.unit_hidden, name="unit-hidden"),
    path("units/<int:pk>/leave/", unit_steps.unit_leave, name="unit-leave"),
    path("units/<int:pk>/undo/", unit_steps.unit_undo, name="unit-undo"),
    path("units/<int:pk>/visits/", unit_steps.visit_log, name="visit-log"),
    path("units/coverage/<int:pk>/end/", unit_steps.coverage_end, name="coverage-end"),
    path("units/visits/<int:pk>/strike/", unit_steps.visit_strike, name="visit-strike"),
]
