-- Same numbers, names, columns, nullability and unique keys as the PostgreSQL folder; a test compares them.

-- What outside registers said, so that checks never wait for them and a register that is down is still quoted, dated.

create table source_answer (
    source text not null,
    -- What was asked about: a SIRET, a commune code, a domain.
    key text not null,
    -- The answer in our words; null when nothing is known there, or before the first answer.
    answer text,
    -- Null until it answers.
    answered_at text,
    -- Since when it can't be asked again, and why.
    down_since text,
    down_why text,
    asked_at text not null,
    primary key (source, key)
);
create index source_answer_by_key on source_answer (key, source);
create index source_answer_by_age on source_answer (source, answered_at);

-- Files of registers loaded by hand: one edition of each is read.
create table source_edition (
    id blob not null primary key,
    source text not null,
    dated text not null,
    loaded_at text not null,
    row_count integer not null,
    -- 'loading', 'current' or 'past'.
    state text not null
);
create unique index source_edition_current on source_edition (source) where state = 'current';

-- Who holds which office: nothing else is taken from the register of élus.
create table elected_official (
    edition_id blob not null references source_edition (id),
    commune text not null,
    family text not null,
    given text not null,
    function text
);
create index elected_official_by_commune on elected_official (edition_id, commune);

create table dpd_declaration (
    edition_id blob not null references source_edition (id),
    siren text not null,
    name text not null,
    organisation text,
    organisation_siren text,
    email text,
    since text
);
create index dpd_declaration_by_siren on dpd_declaration (edition_id, siren);

-- A demandeur said, from the link sent there, that the address is theirs.
create table email_confirmation (
    habilitation_id blob not null references habilitation (id),
    email text not null,
    at text not null,
    primary key (habilitation_id, email)
);
