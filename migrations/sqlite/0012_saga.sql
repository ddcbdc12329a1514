-- The mise en service, made trustworthy: what went wrong and since when, what is awaited from the collectivité, what was
-- found in HubEE and decided on it; who works on a body; whether our credentials are refused.
alter table provisioning add column error_class text;
alter table provisioning add column failing_since text;
alter table provisioning add column next_attempt_at text;
alter table provisioning add column awaiting_since text;
alter table provisioning add column reminded integer not null default 0;
alter table provisioning add column adjustments text;
alter table provisioning add column differences text;
alter table provisioning add column rights text;
alter table provisioning add column observed text;
alter table provisioning add column observed_at text;
alter table provisioning add column account_expected text;
alter table provisioning add column declared_at text;
alter table provisioning add column opened_by_hand text;
create index provisioning_by_error on provisioning (error_class, updated_at) where error_class is not null;

-- One request at a time works on a body: HubEE would take two organisations for it, and removes none.
create table hubee_lane (
    siret text not null,
    process_code text not null,
    habilitation_id blob not null references habilitation (id),
    held_until text not null,
    primary key (siret, process_code)
);

-- One row: open while HubEE refuses our credentials.
create table hubee_circuit (
    id integer not null primary key,
    opened_at text,
    reason text,
    probe_at text,
    probes integer not null
);
insert into hubee_circuit (id, probes) values (1, 0);
