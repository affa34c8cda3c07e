-- Writing a run costs less.

-- The conditions always hold. A planner that knows nothing of the tables yet, as the one of a new installation, takes any
-- index that begins with the tenant for as good a way to one run as the primary key; then each look reads all runs of the
-- tenant. With a condition it uses these for those who ask for a workflow or a status, and for nobody else.
drop index runs_of_workflow;
create index runs_of_workflow on runs (tenant_id, workflow_id, run_id desc) where workflow_id is not null;
drop index runs_by_status;
create index runs_by_status on runs (tenant_id, status, run_id desc) where status is not null;

-- The server reads the text of each check anew for each statement: for a commit of one entry that was a sixth of its time.
-- Who writes these tables has the words and limits as types; who reads a word that it does not know refuses the row.
alter table run_journal
    drop constraint run_journal_kind_check,
    drop constraint run_journal_seq_check,
    drop constraint run_journal_attempt_check;
alter table run_queue
    drop constraint run_queue_state_check,
    drop constraint run_queue_concurrency_limit_check,
    drop constraint run_queue_group_check;
alter table runs drop constraint runs_status_check;

-- The version that a run refers to was read before the run began and is never deleted apart from its workflow, which stays
-- while runs refer to it. The look at it, and the lock on it, cost more than the run's own row.
alter table runs drop constraint runs_tenant_id_workflow_id_version_fkey;

-- Only pausing and resuming a workflow looked for its runs by this, and every run paid for it; they read the tenant's queue.
drop index run_queue_of_workflow;
