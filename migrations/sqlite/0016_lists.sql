-- The lists are held in memory and follow what changes: nothing reads them by these indexes any more, and each write paid
-- for them. What is owed keeps its own, for the morning's mails.
drop index habilitation_waiting;
drop index habilitation_owed_by;
drop index habilitation_to_open;
drop index habilitation_open;
drop index habilitation_done;
