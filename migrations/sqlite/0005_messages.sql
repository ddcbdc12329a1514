-- What is said about a request: with its demandeur (message), and between colleagues (note).

create table message (
    id blob not null primary key,
    habilitation_id blob not null references habilitation (id),
    -- Who speaks: 'demandeur' or 'instructeur'. The other side is the one that reads.
    side text not null,
    author_id blob,
    author text not null,
    body text not null,
    -- Drawn with the form: one form sent twice makes one message.
    form_key blob not null,
    at text not null,
    read_at text
);
create index message_by_habilitation on message (habilitation_id, at);
create index message_to_read on message (habilitation_id) where read_at is null and side = 'demandeur';

create table note (
    id blob not null primary key,
    habilitation_id blob not null references habilitation (id),
    author_id blob not null,
    author text not null,
    body text not null,
    form_key blob not null,
    at text not null,
    struck_at text
);
create index note_by_habilitation on note (habilitation_id, at);
