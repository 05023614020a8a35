-- A number from 0 to below 1, the same for the same row, purpose and seed.
CREATE OR REPLACE FUNCTION pg_temp.draw(id bigint, salt int) RETURNS double precision IMMUTABLE LANGUAGE sql AS $$
    SELECT (hashint8extended(id, %(seed)s * 1000 + salt) & 1073741823) / 1073741824.0
$$;
CREATE OR REPLACE FUNCTION pg_temp.pick(id bigint, salt int, low int, high int) RETURNS int IMMUTABLE LANGUAGE sql AS $$
    SELECT low + floor(pg_temp.draw(id, salt) * (high - low + 1))::int
$$;
-- What the later steps ask of each branch, and the year's calendar of duties (bench/_scale/generate.py fills both).
CREATE UNLOGGED TABLE scale_branch (
    number int, id bigint, path text COLLATE "C", form text, sector text, has_committee boolean, established_on date,
    size int, secretary_id bigint, user_id bigint);
CREATE UNLOGGED TABLE scale_calendar (
    number int, rule text, kind text, per_group boolean, needs_committee boolean, forms text[], sectors text[],
    starts_on date, ends_on date);
