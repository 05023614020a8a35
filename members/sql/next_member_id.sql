SELECT nextval(pg_get_serial_sequence('members_member', 'id'));
