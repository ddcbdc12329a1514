-- What the automatic checks said of each request, what instructeurs set aside, and how serious responsables want each one.

create table check_result (
    habilitation_id blob not null references habilitation (id),
    code text not null,
    verdict text not null,
    -- Of the sentence and of what was read.
    fingerprint text not null,
    -- When it began to say so.
    since text not null,
    primary key (habilitation_id, code)
);

create table check_override (
    habilitation_id blob not null references habilitation (id),
    code text not null,
    -- Of what was judged: another one since is not set aside.
    fingerprint text not null,
    sentence text not null,
    reason text not null,
    account_id blob not null,
    author text not null,
    at text not null,
    primary key (habilitation_id, code)
);

-- Each change of setting, never rewritten: the last of a code counts.
create table check_setting (
    revision integer not null primary key,
    code text not null,
    severity text not null,
    reason text not null,
    account_id blob not null,
    author text not null,
    at text not null
);

-- How often each check was made, found something and was set aside, by day of Paris: what is shown never counts requests.
create table check_tally (
    day text not null,
    code text not null,
    made integer not null,
    found integer not null,
    overridden integer not null,
    primary key (day, code)
);

-- Codes that are not fine, one bit each, and the rules they come from. Counts alone said too little: every request is
-- checked again by the first start, and until then its checks are not made.
alter table habilitation drop column checks_blocking;
alter table habilitation drop column checks_look;
update habilitation set checks_at = null;
alter table habilitation add column checks_blocking integer not null default 0;
alter table habilitation add column checks_look integer not null default 0;
alter table habilitation add column checks_unverified integer not null default 0;
alter table habilitation add column checks_overridden integer not null default 0;
alter table habilitation add column checks_rules text not null default '';

create index habilitation_by_place on habilitation (code_cog, datapass_id);
