"""The last four characters of identity numbers as a keyed hash, for the rows that are there already."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import migrations, models

NONCE = 12


def fill(apps, schema_editor):
    # As orgportal.core.sealing does it on the day of this migration.
    cipher = AESGCM(hashlib.sha256(settings.ID_NUMBER_KEY.encode()).digest())
    key = settings.ID_NUMBER_INDEX_KEY.encode()
    Member = apps.get_model("members", "Member")
    rows = Member._base_manager.exclude(id_number_sealed=None).only("pk", "id_number_sealed")
    batch = []
    for row in rows.iterator(2000):
        sealed = bytes(row.id_number_sealed)
        end = cipher.decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()[-4:]
        row.id_number_end = hmac.new(key, f"end:{end}".upper().encode(), "sha256").hexdigest()[:16]
        batch.append(row)
        if len(batch) == 2000:
            Member._base_manager.bulk_update(batch, ["id_number_end"])
            batch.clear()
    Member._base_manager.bulk_update(batch, ["id_number_end"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("members", "0012_one_home_for_mobile_facts")]
    operations = [
        migrations.AddField(
            "member",
            "id_number_end",
            models.CharField(blank=True, db_collation="C", max_length=16),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
