"""Pages of the register, posts and transfers."""

from django.urls import path

from members.views import accounts, grants, transfers

app_name = "members"
urlpatterns = [
    path("accounts/", accounts.account_list, name="account-list"),
    path("accounts/check/", accounts.account_check, name="account-check"),
    path("accounts/open/", accounts.account_open, name="account-open"),
    path("accounts/<int:pk>/slip/", accounts.account_reset, name="account-reset"),
    path("accounts/by-number/", accounts.account_by_number, name="account-by-number"),
    path("grants/", grants.grant_list, name="grant-list"),
    path("grants/rights/", grants.right_list, name="right-list"),
    path("transfers/", transfers.transfer_list, name="transfer-list"),
    path("transfers/start/", transfers.transfer_start, name="transfer-start"),
    path("transfers/start/own/", transfers.transfer_start_own, name="transfer-start-own"),
    path("transfers/branches/", transfers.target_search, name="transfer-targets"),
    path("transfers/members/", transfers.person_search, name="transfer-people"),
    path("transfers/<int:pk>/", transfers.transfer_detail, name="transfer-detail"),
    path("transfers/<int:pk>/correct/", transfers.transfer_correct, name="transfer-correct"),
    path("transfers/<int:pk>/<slug:name>/", transfers.transfer_move, name="transfer-move"),
]
