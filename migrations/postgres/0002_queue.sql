-- Who is in charge of a request, what its checks said, what its lists sort and filter on.

alter table habilitation add column assignee_id uuid references account (id);
alter table habilitation add column assigned_at timestamptz;
alter table habilitation add column checks_blocking bigint not null default 0;
alter table habilitation add column checks_look bigint not null default 0;
-- Null: the checks were never counted.
alter table habilitation add column checks_at timestamptz;
-- Messages of the demandeur that no instructeur read yet.
alter table habilitation add column unread bigint not null default 0;
-- Copy of provisioning.status while a habilitation is in force, so that lists need no join; empty otherwise.
alter table habilitation add column provisioning_status text not null default '';
-- Numbers of DataPass's habilitations: « H18734 H20111 ».
alter table habilitation add column authorisations text not null default '';

update habilitation set provisioning_status = coalesce(
    (select p.status from provisioning p where p.habilitation_id = habilitation.id), ''
) where in_force is not null;

-- One partial index for each list: PostgreSQL sorts thousands of rows without them, and SQLite would rather sort than use
-- them while an index on the state alone tempts it. A condition written as here makes them serve.
drop index habilitation_queue;
create index habilitation_waiting on habilitation (datapass_id) where state = 'changes_requested';
create index habilitation_owed on habilitation (due_on, datapass_id) where state = 'submitted';
create index habilitation_owed_by on habilitation (assignee_id, due_on, datapass_id) where state = 'submitted';
create index habilitation_to_open on habilitation (datapass_id)
    where state = 'accepted' and in_force is not null and provisioning_status <> 'open';
create index habilitation_open on habilitation (datapass_id)
    where state in ('accepted', 'draft') and provisioning_status = 'open';
create index habilitation_done on habilitation (datapass_id) where state in ('refused', 'revoked', 'archived');
create index habilitation_by_change on habilitation (updated_at);
