-- Histories become chains: each line holds the fingerprint of the one before it and its own. Lines written before this
-- migration have none, and `chain_head.unsealed` says how far they go.
alter table event add column previous_hash text;
alter table event add column hash text;

-- The last line of each history, so that taking the last ones away is seen.
create table chain_head (
    habilitation_id uuid not null primary key references habilitation (id),
    unsealed bigint not null,
    seq bigint not null,
    hash text
);
insert into chain_head (habilitation_id, unsealed, seq)
select habilitation_id, max(seq), max(seq) from event group by habilitation_id;

-- What was last submitted, to say what the next submission changes.
create table submission (
    habilitation_id uuid not null primary key references habilitation (id),
    dossier jsonb not null
);

create function history_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception '%: history is append-only', tg_table_name;
end
$$;
create trigger event_is_never_rewritten before update on event
    for each statement execute function history_is_append_only();
create trigger event_is_never_removed before delete or truncate on event
    for each statement execute function history_is_append_only();
create trigger chain_head_is_never_removed before delete or truncate on chain_head
    for each statement execute function history_is_append_only();
