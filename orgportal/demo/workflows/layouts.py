"""One committee with its own layouts of the letter of introduction and of the meeting record: the starters, as
anybody would begin, the record under its own name."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor

from activities.choices import LedgerKind
from activities.workflows.ledger_templates import UploadedLayout, starter
from activities.workflows.ledger_templates import upload as upload_of_ledger
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
    how: dict[str, Any] = {
        "actor": organiser,
        "scope": scope_for(organiser, today),
        "at": now - timedelta(days=90),
    }
    upload(committee, file, **how)
    record = UploadedLayout(
        LedgerKind.RECORD, f"{committee.short_name}会议记录.docx", _under_name(committee.name)
    )
    upload_of_ledger(committee, record, **how)
    return 2


def _under_name(name: str) -> bytes:
    """The portal's layout of a meeting record with the committee's name over it, in red as official papers have it."""
    sheet, out = Document(BytesIO(starter(LedgerKind.RECORD))), BytesIO()
    head = sheet.paragraphs[0].insert_paragraph_before()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(name)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(20), True, RGBColor(0xC0, 0, 0)
    sheet.save(out)
    return out.getvalue()
