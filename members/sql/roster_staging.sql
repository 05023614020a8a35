-- One row per line of the file, typed; gone with the transaction.
DROP TABLE IF EXISTS pg_temp.roster_staging;
CREATE TEMP TABLE roster_staging (
    line integer NOT NULL,
    branch_code text NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    initials text COLLATE "C" NOT NULL,
    gender text NOT NULL,
    birth_on date NOT NULL,
    id_number_sealed bytea,
    id_number_digest text,
    id_number_end text COLLATE "C" NOT NULL,
    mobile text NOT NULL,
    standing text NOT NULL,
    standing_since date,
    joined_on date NOT NULL,
    confirmed_on date,
    education text NOT NULL,
    occupation text NOT NULL,
    ethnicity text NOT NULL,
    employer text NOT NULL,
    group_name text NOT NULL,
    number text,
    since date,
    mobile_state text NOT NULL,
    mobile_since date,
    mobile_place text NOT NULL
) ON COMMIT DROP;
