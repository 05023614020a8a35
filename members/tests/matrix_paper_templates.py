"""Addresses of Word templates of papers: who issues for a body keeps them, who sees its papers reads them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from members.choices import PaperKind
from members.models import Paper, PaperTemplate
from members.tests.transfers import with_letter
from members.tests.word import starter, uploaded
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
PLAIN = f"chen|sun|{DESKS}"
MEMBERS = "li|ran|zhao|qian|wang|chen|sun"


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk}


def certificate_of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk, "kind": "certificate"}


def with_template(world: Any) -> None:
    """Branch A issues certificates; committee 2 has a letter of its own that nobody here may see."""
    uploaded(world, "li", PaperKind.CERTIFICATE, world.a)
    uploaded(world, "qian", PaperKind.LETTER, world.committee_2)


def retired(world: Any) -> None:
    with_template(world)
    row = PaperTemplate.unscoped.filter(organization=world.a)
    row.update(state="retired", ended_at=world.now, ended_by=world.user("li"))


def the_template(world: Any) -> dict[str, Any]:
    return {"pk": PaperTemplate.unscoped.get(organization=world.a).pk}


def in_a(world: Any, persona: str) -> set[int]:
    return set(PaperTemplate.unscoped.filter(organization=world.a).values_list("pk", flat=True))


def seen(world: Any, persona: str) -> set[int]:
    bodies = {"li": [world.a], "zhao": [world.a], "qian": [world.a, world.committee_2]}.get(persona, [])
    return set(PaperTemplate.unscoped.filter(organization__in=bodies).values_list("pk", flat=True))


def letter_with_template(world: Any) -> None:
    uploaded(world)
    with_letter(world)


def the_letter(world: Any) -> dict[str, Any]:
    return {"pk": Paper.unscoped.get().pk}


def sent(world: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("证明信.docx", starter(PaperKind.CERTIFICATE))}


def sent_to_api(world: Any) -> dict[str, Any]:
    return {**sent(world), "organization": world.a.pk, "kind": "certificate"}


# The body is in the recorder's sight, who issues nothing; plain members and strangers do not find it.
KEEPS = f"anon:302 li|zhao|qian:{{}} ran:403 wang|{PLAIN}:404"
READS = f"anon:302 li|zhao|qian:{{}} ran|wang|{PLAIN}:404"
READS_API = f"anon:401 li|zhao|qian:200 ran|wang|{PLAIN}:404"

ROWS = [
    Row("members:template-list", KEEPS.format(200), kwargs=of_a, prepare=with_template, ids=in_a),
    Row("members:template-upload", KEEPS.format(200), kwargs=certificate_of_a),
    Row("members:template-upload", KEEPS.format(302), kwargs=certificate_of_a, method="POST", data=sent),
    Row("members:template-starter", KEEPS.format(200), kwargs=certificate_of_a),
    Row("members:template-detail", READS.format(200), kwargs=the_template, prepare=with_template),
    Row("members:template-file", READS.format(200), kwargs=the_template, prepare=with_template),
    Row("members:template-sample", READS.format(200), kwargs=the_template, prepare=with_template),
    Row(
        "members:template-retire", READS.format(302), kwargs=the_template, prepare=with_template,
        method="POST",
    ),
    Row("members:template-restore", READS.format(302), kwargs=the_template, prepare=retired, method="POST"),
    Row(
        "members:paper-docx", f"anon:302 li|zhao|qian|chen:200 wang|ran|sun|{DESKS}:404",
        kwargs=the_letter, prepare=letter_with_template,
    ),
    Row(
        "api-members:template-list", f"anon:401 {MEMBERS}|{DESKS}:200", prepare=with_template, ids=seen,
    ),
    Row(
        # Whom the body is out of sight to has no such choice (400); the recorder sees it and may not.
        "api-members:template-list", f"anon:401 li|zhao|qian:201 ran:403 wang|{PLAIN}:400",
        method="POST", data=sent_to_api, is_upload=True,
    ),
    Row("api-members:template-file", READS_API, kwargs=the_template, prepare=with_template),
    Row("api-members:template-example", READS_API, kwargs=the_template, prepare=with_template),
    Row(
        "api-members:template-starter", f"anon:401 li|zhao|qian:200 ran:403 wang|{PLAIN}:404",
        kwargs=certificate_of_a,
    ),
    Row("api-members:template-retire", READS_API, kwargs=the_template, prepare=with_template, method="POST"),
    Row("api-members:template-restore", READS_API, kwargs=the_template, prepare=retired, method="POST"),
    Row(
        "api-members:paper-document", f"anon:401 li|zhao|qian|chen:200 wang|ran|sun|{DESKS}:404",
        kwargs=the_letter, prepare=letter_with_template,
    ),
]  # fmt: skip
