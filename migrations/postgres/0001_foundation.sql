-- Same numbers, names, columns, nullability and unique keys as the SQLite folder; a test compares them.

create table account (
    id uuid not null primary key,
    email text not null unique,
    name text not null,
    role text not null,
    password_hash text not null,
    created_at timestamptz not null,
    disabled_at timestamptz
);

create table session (
    -- SHA-256 of the cookie's value: a stolen table opens nothing.
    key text not null primary key,
    data jsonb not null,
    expires_at timestamptz not null
);
create index session_by_expiry on session (expires_at);

create table login_attempt (
    key text not null primary key,
    failures bigint not null,
    window_started_at timestamptz not null
);

create table job (
    id uuid not null primary key,
    kind text not null,
    payload jsonb not null,
    unique_key text,
    state text not null,
    run_at timestamptz not null,
    attempts bigint not null,
    lease_until timestamptz,
    lease uuid,
    last_error text,
    created_at timestamptz not null,
    finished_at timestamptz
);
create unique index job_queued_once on job (unique_key) where state = 'queued';
create index job_due on job (run_at) where state = 'queued';
create index job_running on job (lease_until) where state = 'running';
create index job_parked on job (created_at) where state = 'parked';

create table inbox (
    id uuid not null primary key,
    dedup_key text not null unique,
    received_at timestamptz not null,
    environment text,
    event text,
    model_type text,
    model_id bigint,
    fired_at timestamptz,
    body bytea not null,
    status text not null,
    note text,
    processed_at timestamptz
);
create index inbox_by_request on inbox (model_id, fired_at);
create index inbox_by_status on inbox (status, received_at);

create table habilitation (
    id uuid not null primary key,
    datapass_id bigint not null unique,
    public_id uuid,
    version bigint not null,
    state text not null,
    state_facts jsonb not null,
    dossier jsonb not null,
    in_force jsonb,
    siret text,
    name text not null,
    code_cog text,
    departement text,
    search text not null,
    due_on date,
    submitted_at timestamptz,
    datapass_state text not null,
    datapass_fired_at timestamptz not null,
    datapass_rank bigint not null,
    tracking_token text not null unique,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index habilitation_queue on habilitation (state, due_on, datapass_id);
create index habilitation_by_siret on habilitation (siret);

create table event (
    id uuid not null primary key,
    habilitation_id uuid not null references habilitation (id),
    seq bigint not null,
    at timestamptz not null,
    actor jsonb not null,
    kind text not null,
    detail jsonb not null,
    unique (habilitation_id, seq)
);

create table sirene_fact (
    siret text not null primary key,
    organisation jsonb,
    note text not null,
    fetched_at timestamptz not null
);

create table provisioning (
    habilitation_id uuid not null primary key references habilitation (id),
    datapass_id bigint not null,
    siret text,
    branch_code text,
    step text not null,
    status text not null,
    subscription_id text,
    corrections jsonb not null,
    hold jsonb,
    last_error text,
    attempts bigint not null,
    started_at timestamptz not null,
    updated_at timestamptz not null,
    opened_at timestamptz
);
create index provisioning_by_status on provisioning (status, updated_at);
create index provisioning_by_siret on provisioning (siret);

create table provisioning_call (
    id uuid not null primary key,
    habilitation_id uuid not null references habilitation (id),
    seq bigint not null,
    step text not null,
    method text not null,
    path text not null,
    request jsonb,
    intent_at timestamptz not null,
    answered_at timestamptz,
    http_status bigint,
    response jsonb,
    request_id text,
    outcome text,
    unique (habilitation_id, seq)
);

create table mail (
    id uuid not null primary key,
    habilitation_id uuid references habilitation (id),
    kind text not null,
    -- What the mail is about: one mail per cause, however often the job runs.
    cause text not null unique,
    recipient text not null,
    subject text not null,
    message_id text not null unique,
    created_at timestamptz not null,
    attempts bigint not null,
    sent_at timestamptz,
    last_error text
);
create index mail_by_habilitation on mail (habilitation_id, created_at);

create table collectivite (
    siret text not null primary key,
    habilitation_id uuid not null references habilitation (id),
    name text not null,
    code_cog text not null,
    departement text not null,
    postal_code text,
    town text,
    opened_at timestamptz not null,
    closed_at timestamptz
);
create index collectivite_by_name on collectivite (name, siret);

create table publication_revision (
    id bigint not null primary key,
    revision bigint not null
);
insert into publication_revision (id, revision) values (1, 1);
