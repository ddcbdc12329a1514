-- The list of mises en service: since when each stands where it stands, and an index behind each of its orders.
alter table provisioning add column status_since text not null default '1970-01-01T00:00:00+00:00';
update provisioning set status_since = updated_at;
drop index provisioning_by_status;
create index provisioning_by_status on provisioning (status, status_since, datapass_id);
drop index provisioning_by_error;
create index provisioning_by_error on provisioning (error_class, status_since, datapass_id) where status <> 'open';
create index provisioning_unfinished on provisioning (status_since, datapass_id) where status <> 'open';
