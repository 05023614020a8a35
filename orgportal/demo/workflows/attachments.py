"""Files of the demo secretary's latest records: a drawn picture, a notice and a page for the committee alone."""

import io
from datetime import datetime
from typing import TYPE_CHECKING
from typing import cast as surely

from PIL import Image, ImageDraw

from activities.choices import ActivityKind, ActivityState, Visibility
from activities.models import Activity
from activities.workflows.attachments import Sent, add
from members.queries import scope_for
from orgportal.core.models import User
from orgportal.core.word_starters import composed
from orgportal.demo.workflows.posts import Cast

if TYPE_CHECKING:
    from members.models import Member

NOTICE = (
    ("title", "关于召开支部党员大会的通知"),
    ("text", "请全体党员准时参加。因事因病不能参加的，会前向支部书记请假。"),
    ("right", "支部委员会"),
)
MINUTES = (("title", "支部委员会会议纪要"), ("text", "研究发展党员工作和近期安排，仅供支部委员会内部使用。"))


def bring(cast: Cast, now: datetime) -> int:
    """With the latest general meeting and the latest meeting of the committee; how many files."""
    own = surely("Member", cast.named["secretary"][1])
    actor = User.objects.get(member__pk=own.pk)
    scope, made = scope_for(actor, now.date()), 0
    for kind, files in (
        (
            ActivityKind.GENERAL,
            (
                ("会场.png", _drawn(), Visibility.ABOVE),
                ("会议通知.docx", composed(NOTICE), Visibility.BRANCH),
            ),
        ),
        (ActivityKind.COMMITTEE, (("会议纪要.docx", composed(MINUTES), Visibility.COMMITTEE),)),
    ):
        rows = Activity.unscoped.filter(branch=own.branch_id, kind=kind, state=ActivityState.HELD)
        for record in rows.select_related("branch").order_by("-held_on", "-pk")[:1]:
            for name, content, visibility in files:
                sent = Sent(name, len(content), content, reason="会后归档")
                add(record, sent, visibility, actor=actor, scope=scope, at=now)
                made += 1
    return made


def _drawn() -> bytes:
    """A room with rows of chairs: a picture of nobody and no place."""
    sheet = Image.new("RGB", (1200, 800), "#f6f5f2")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, 1200, 420), fill="#eceae5")
    pen.rectangle((330, 70, 870, 330), fill="#9c1a1c")
    for row in range(4):
        for seat in range(9):
            left, top = 120 + seat * 110 - row * 10, 450 + row * 80
            pen.rectangle((left, top, left + 70, top + 46), fill="#57534e")
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()
