"""Pages of the register, posts and transfers."""

from django.urls import path

from members.views import (
    accounts, batches, grants, member, own, posts, reorganise, roster, standing, transfers,
)  # fmt: skip

app_name = "members"
urlpatterns = [
    path("", roster.member_list, name="member-list"),
    path("export/", roster.member_export, name="member-export"),
    path("add/", member.member_create, name="member-create"),
    path("own/", own.own, name="own"),
    path("own/copy.<str:file_format>", own.own_copy, name="own-copy"),
    path("<int:pk>/", member.member_detail, name="member-detail"),
    path("<int:pk>/correct/", member.member_correct, name="member-correct"),
    path("<int:pk>/standing/", standing.standing_of, name="standing-of"),
    path("<int:pk>/standing/<slug:kind>/", standing.change_enter, name="change-enter"),
    path("standing/", standing.change_list, name="change-list"),
    path("standing/probation/", standing.probation_list, name="probation-list"),
    path("standing/<int:pk>/", standing.change_detail, name="change-detail"),
    path("standing/<int:pk>/<slug:act>/", standing.change_move, name="change-move"),
    path("<int:pk>/reveal/", member.member_reveal, name="member-reveal"),
    path("bodies/<int:pk>/posts/", posts.post_list, name="post-list"),
    path("bodies/<int:pk>/posts/add/", posts.post_create, name="post-create"),
    path("bodies/<int:pk>/terms/add/", posts.term_create, name="term-create"),
    path("bodies/<int:pk>/groups/", reorganise.group_members, name="group-members"),
    path("bodies/<int:pk>/merge/", reorganise.branch_merge, name="branch-merge"),
    path("posts/<int:pk>/end/", posts.post_end, name="post-end"),
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
    path("transfers/together/", batches.batch_list, name="batch-list"),
    path("transfers/together/start/", batches.batch_create, name="batch-create"),
    path("transfers/together/move-on/", batches.batch_move_on, name="batch-move-on"),
    path("transfers/together/<int:pk>/", batches.batch_detail, name="batch-detail"),
    path("transfers/together/<int:pk>/begin/", batches.batch_begin, name="batch-begin"),
    path("transfers/together/<int:pk>/discard/", batches.batch_discard, name="batch-discard"),
    path("transfers/<int:pk>/", transfers.transfer_detail, name="transfer-detail"),
    path("transfers/<int:pk>/correct/", transfers.transfer_correct, name="transfer-correct"),
    path("transfers/<int:pk>/<slug:act>/", transfers.transfer_move, name="transfer-move"),
]
