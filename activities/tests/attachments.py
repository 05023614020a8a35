"""Files of records for tests: one for each audience, and real bytes to send."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from activities.choices import Visibility
from activities.models import Activity, Attachment
from activities.workflows.attachments import Sent, add
from orgportal.core.tests.received import photo

COLOURS = {"branch": "#123456", "committee": "#654321", "above": "#336699"}


def sent(name: str = "会场.jpg", data: bytes | None = None) -> Sent:
    content = photo() if data is None else data
    return Sent(name, len(content), content)


def upload(name: str = "会场.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if data is None else data)


def kept(
    world: Any, activity: Activity, visibility: str, who: str = "li", data: bytes | None = None
) -> Attachment:
    how = {"actor": world.user(who), "scope": world.scope(who), "at": world.now}
    content = data or photo(seed=COLOURS[visibility])
    return add(activity, sent(f"{visibility}.jpg", content), visibility, **how)


def one_for_each(world: Any, activity: Activity, who: str = "li") -> dict[str, Attachment]:
    return {each.value: kept(world, activity, each.value, who) for each in Visibility}
