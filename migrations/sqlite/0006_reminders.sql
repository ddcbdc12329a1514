-- Same numbers, names, columns, nullability and unique keys as the PostgreSQL folder; a test compares them.

-- Mails that somebody does not want: without a row, they are wanted.
create table opt_out (
    account_id blob not null references account (id),
    topic text not null,
    since text not null,
    primary key (account_id, topic)
);

-- What the last digest of somebody told, mail or no mail: one row each.
create table digest (
    account_id blob not null primary key references account (id),
    day text not null,
    told_until text not null
);

-- Links of the mails that left. SHA-256 of the token: a stolen table stops no mail.
create table unsubscribe_link (
    key text not null primary key,
    account_id blob not null references account (id),
    topic text not null,
    created_at text not null
);
create index unsubscribe_link_by_age on unsubscribe_link (created_at);
