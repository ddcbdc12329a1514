-- Who said that the demandeur's account at HubEE works, and when: nobody can read accounts there.
alter table provisioning add column account_confirmed_at text;
alter table provisioning add column account_confirmed_by text;
