-- Same numbers, names, columns, nullability and unique keys as the PostgreSQL folder; a test compares them.

create table account (
    id blob not null primary key,
    email text not null unique,
    name text not null,
    role text not null,
    password_hash text not null,
    created_at text not null,
    disabled_at text
);

create table session (
    -- SHA-256 of the cookie's value: a stolen table opens nothing.
    key text not null primary key,
    data text not null,
    expires_at text not null
);
create index session_by_expiry on session (expires_at);

create table login_attempt (
    key text not null primary key,
    failures integer not null,
    window_started_at text not null
);

create table job (
    id blob not null primary key,
    kind text not null,
    payload text not null,
    unique_key text,
    state text not null,
    run_at text not null,
    attempts integer not null,
    lease_until text,
    lease blob,
    last_error text,
    created_at text not null,
    finished_at text
);
create unique index job_queued_once on job (unique_key) where state = 'queued';
create index job_due on job (run_at) where state = 'queued';
create index job_running on job (lease_until) where state = 'running';
create index job_parked on job (created_at) where state = 'parked';

create table inbox (
    id blob not null primary key,
    dedup_key text not null unique,
    received_at text not null,
    environment text,
    event text,
    model_type text,
    model_id integer,
    fired_at text,
    body blob not null,
    status text not null,
    note text,
    processed_at text
);
create index inbox_by_request on inbox (model_id, fired_at);
create index inbox_by_status on inbox (status, received_at);

create table habilitation (
    id blob not null primary key,
    datapass_id integer not null unique,
    public_id blob,
    version integer not null,
    state text not null,
    state_facts text not null,
    dossier text not null,
    in_force text,
    siret text,
    name text not null,
    code_cog text,
    departement text,
    search text not null,
    due_on text,
    submitted_at text,
    datapass_state text not null,
    datapass_fired_at text not null,
    datapass_rank integer not null,
    tracking_token text not null unique,
    created_at text not null,
    updated_at text not null
);
create index habilitation_queue on habilitation (state, due_on, datapass_id);
create index habilitation_by_siret on habilitation (siret);

create table event (
    id blob not null primary key,
    habilitation_id blob not null references habilitation (id),
    seq integer not null,
    at text not null,
    actor text not null,
    kind text not null,
    detail text not null,
    unique (habilitation_id, seq)
);

create table sirene_fact (
    siret text not null primary key,
    organisation text,
    note text not null,
    fetched_at text not null
);

create table provisioning (
    habilitation_id blob not null primary key references habilitation (id),
    datapass_id integer not null,
    siret text,
    branch_code text,
    step text not null,
    status text not null,
    subscription_id text,
    corrections text not null,
    hold text,
    last_error text,
    attempts integer not null,
    started_at text not null,
    updated_at text not null,
    opened_at text
);
create index provisioning_by_status on provisioning (status, updated_at);
create index provisioning_by_siret on provisioning (siret);

create table provisioning_call (
    id blob not null primary key,
    habilitation_id blob not null references habilitation (id),
    seq integer not null,
    step text not null,
    method text not null,
    path text not null,
    request text,
    intent_at text not null,
    answered_at text,
    http_status integer,
    response text,
    request_id text,
    outcome text,
    unique (habilitation_id, seq)
);

create table mail (
    id blob not null primary key,
    habilitation_id blob references habilitation (id),
    kind text not null,
    -- What the mail is about: one mail per cause, however often the job runs.
    cause text not null unique,
    recipient text not null,
    subject text not null,
    message_id text not null unique,
    created_at text not null,
    attempts integer not null,
    sent_at text,
    last_error text
);
create index mail_by_habilitation on mail (habilitation_id, created_at);

create table collectivite (
    siret text not null primary key,
    habilitation_id blob not null references habilitation (id),
    name text not null,
    code_cog text not null,
    departement text not null,
    postal_code text,
    town text,
    opened_at text not null,
    closed_at text
);
create index collectivite_by_name on collectivite (name, siret);

create table publication_revision (
    id integer not null primary key,
    revision integer not null
);
insert into publication_revision (id, revision) values (1, 1);
