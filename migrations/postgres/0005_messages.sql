-- What is said about a request: with its demandeur (message), and between colleagues (note).

create table message (
    id uuid not null primary key,
    habilitation_id uuid not null references habilitation (id),
    -- Who speaks: 'demandeur' or 'instructeur'. The other side is the one that reads.
    side text not null,
    author_id uuid,
    author text not null,
    body text not null,
    -- Drawn with the form: one form sent twice makes one message.
    form_key uuid not null,
    at timestamptz not null,
    read_at timestamptz
);
create index message_by_habilitation on message (habilitation_id, at);
create index message_to_read on message (habilitation_id) where read_at is null and side = 'demandeur';

create table note (
    id uuid not null primary key,
    habilitation_id uuid not null references habilitation (id),
    author_id uuid not null,
    author text not null,
    body text not null,
    form_key uuid not null,
    at timestamptz not null,
    struck_at timestamptz
);
create index note_by_habilitation on note (habilitation_id, at);
