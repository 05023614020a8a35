-- The summaries of one chunk of a run, each with its content as it was hashed.
INSERT INTO health_periodsummary (
    organization_id, starts_on, ends_on, revision, reason, as_of, known_at, rule_version, content, is_silent,
    needs_help, digest)
SELECT s.body_id, %(starts_on)s, %(ends_on)s, %(revision)s, %(reason)s, %(ends_on)s, %(known_at)s,
       s.rule_version, s.content, s.is_silent, s.needs_help, s.digest
FROM json_to_recordset(%(rows)s) AS s(
    body_id bigint, rule_version text, content jsonb, is_silent boolean, needs_help smallint, digest text)
