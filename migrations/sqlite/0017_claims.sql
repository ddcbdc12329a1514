-- A worker takes the first job that is due: its index gives that order, and another tells at once whether a job of the same
-- key is under way.
drop index job_due;
create index job_due on job (run_at, id) where state = 'queued';
drop index job_running;
create index job_running on job (lease_until, id) where state = 'running';
create index job_running_of on job (unique_key) where state = 'running';
