-- Same numbers, names, columns, nullability and unique keys as the PostgreSQL folder; a test compares them.

-- Why a form is closed, where its families are sent, and whether it is paused: what its public page says.
alter table collectivite add column ended_as text;
alter table collectivite add column successor_siret text;
alter table collectivite add column successor_name text;
alter table collectivite add column paused_at text;
alter table collectivite add column paused_reason text;

create index collectivite_by_habilitation on collectivite (habilitation_id);

-- One abonnement of HubEE that must not be active any more. Its calls are in provisioning_call.
create table suspension (
    id blob not null primary key,
    habilitation_id blob not null references habilitation (id),
    siret text not null,
    branch_code text,
    subscription_id text,
    cause text not null,
    status text not null,
    effective_at text not null,
    -- What HubEE last showed, and when.
    observed text,
    observed_at text,
    -- Asked of a person: by when, and why.
    due_on text,
    last_error text,
    attempts integer not null,
    started_at text not null,
    updated_at text not null,
    unique (habilitation_id, siret)
);
create index suspension_by_siret on suspension (siret);
create index suspension_by_status on suspension (status, updated_at);
create index suspension_by_subscription on suspension (subscription_id);

-- What HubEE or Sirene shows and we don't, one row per kind and collectivité, whatever came and went.
create table drift (
    id blob not null primary key,
    kind text not null,
    siret text not null,
    habilitation_id blob references habilitation (id),
    datapass_id integer,
    name text not null,
    -- What we hold and what was found, as the page shows them.
    expected text not null,
    found text not null,
    -- What its gesture needs: an id, a code, a name.
    detail text not null,
    first_seen_at text not null,
    last_seen_at text not null,
    gone_at text,
    ignored_until text,
    settled_by text,
    settled_reason text,
    settled_at text,
    version integer not null,
    unique (kind, siret)
);
create index drift_standing on drift (first_seen_at, id) where gone_at is null;
create index drift_standing_by_kind on drift (kind, first_seen_at, id) where gone_at is null;
create index drift_by_habilitation on drift (habilitation_id);

-- How far each comparison is: one row for HubEE, one for Sirene.
create table drift_walk (
    source text not null primary key,
    started_at text not null,
    -- How it goes: a name of provisioning::drift::Standing.
    status text not null,
    -- Rank of the next line of HubEE's list.
    next_rank integer not null,
    -- Last SIRET compared.
    after_siret text not null,
    compared integer not null,
    found integer not null,
    -- Day of the budget, and what was asked within it.
    asked_on text,
    asked integer not null,
    note text,
    updated_at text not null,
    finished_at text
);
