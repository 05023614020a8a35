"""One committee with its own layout of the letter of introduction: the starter, as anybody would begin."""

from datetime import date, datetime, timedelta

from branches.models import Organization
from branches.queries import committee_above
from members.choices import PaperKind
from members.queries import scope_for
from members.rules.paper_templates import STARTERS
from members.workflows.paper_templates import UploadedFile, upload
from orgportal.core.models import User
from orgportal.core.word_starters import composed
from orgportal.demo.tree import SECRETARY_BRANCH


def bring(now: datetime, today: date) -> int:
    """The committee above the demo secretary's branch; returns how many templates there are."""
    branch = Organization.unscoped.get(code=SECRETARY_BRANCH)
    committee = committee_above(branch.path) or branch
    organiser = User.objects.get(user_name="organiser")
    content = composed(STARTERS[PaperKind.LETTER])
    file = UploadedFile(PaperKind.LETTER, f"{committee.short_name}介绍信.docx", content)
    upload(committee, file, actor=organiser, scope=scope_for(organiser, today), at=now - timedelta(days=90))
    return 1
