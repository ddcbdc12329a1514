-- Histories become chains: each line holds the fingerprint of the one before it and its own. Lines written before this
-- migration have none, and `chain_head.unsealed` says how far they go.
alter table event add column previous_hash text;
alter table event add column hash text;

-- The last line of each history, so that taking the last ones away is seen.
create table chain_head (
    habilitation_id blob not null primary key references habilitation (id),
    unsealed integer not null,
    seq integer not null,
    hash text
);
insert into chain_head (habilitation_id, unsealed, seq)
select habilitation_id, max(seq), max(seq) from event group by habilitation_id;

-- What was last submitted, to say what the next submission changes.
create table submission (
    habilitation_id blob not null primary key references habilitation (id),
    dossier text not null
);

create trigger event_is_never_rewritten before update on event
begin
    select raise(abort, 'event: history is append-only');
end;
create trigger event_is_never_removed before delete on event
begin
    select raise(abort, 'event: history is append-only');
end;
create trigger chain_head_is_never_removed before delete on chain_head
begin
    select raise(abort, 'chain_head: history is append-only');
end;
