"""Member.path is its branch's path: a composite foreign key carries every move of the tree along."""

from django.db import migrations

FORWARDS = """
ALTER TABLE members_member ADD CONSTRAINT member_path_follows_branch
    FOREIGN KEY (branch_id, path) REFERENCES branches_organization (id, path) ON UPDATE CASCADE;
"""
BACKWARDS = "ALTER TABLE members_member DROP CONSTRAINT member_path_follows_branch;"


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("branches", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
