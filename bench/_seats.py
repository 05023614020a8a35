"""Prints, as JSON, a session for each secretary of the demo and the meeting each is about to send."""

import json
import sys
from typing import Any

from bench import stage  # noqa: F401  # isort: skip  # sets Django up before any model is imported
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from activities.choices import ActivityKind
from activities.forms.starting import start
from activities.queries import setting_for
from bench._bare import TABLE
from branches.choices import PostKind
from members.queries import posts_in_force
from orgportal.core.models import User


def session_of(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def seats() -> list[dict[str, Any]]:
    today, found = timezone.localdate(), []
    for post in posts_in_force(today, PostKind.SECRETARY):
        user, branch = post.member.user, post.organization
        if user is None or not user.is_active or not branch.is_branch:
            continue
        setting = setting_for(branch, ActivityKind.OTHER, None, today)
        if len(setting.seats) < 3:
            continue
        away = next(seat.number for seat in setting.seats if seat.id != post.member_id)
        usual = start(setting, None)
        typed = {
            "held_on": today.isoformat(), "title": usual["title"], "chair": str(usual["chair"] or ""),
            "place": "党群活动室", "starts_at": "09:00", "ends_at": "10:00", "roster": setting.roster,
            "away": f"{away} 病假", "items": "学习文件精神 => 整理心得\n下月安排", "is_another": "on",
        }  # fmt: skip
        found.append({"session": session_of(user), "branch": branch.pk, "typed": typed})
    return found


if __name__ == "__main__":
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    json.dump(seats(), sys.stdout)
