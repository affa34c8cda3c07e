-- In which order runs changed, for those who follow all runs of a tenant: the number of the transaction that stored an
-- entry. Only entries about a run as a whole are followed; RunChange.kinds names the same words.

alter table run_journal add column transaction xid8 not null default pg_current_xact_id();

create index run_journal_changes on run_journal (tenant_id, transaction, run_id, seq)
    where kind in ('run_started', 'cancel_requested', 'run_completed', 'run_failed', 'run_cancelled');
