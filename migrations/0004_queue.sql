-- Who runs what, when and where: what a claim needs to know of a waiting run stands in its row of run_queue.
--
-- A row is looked at by claims only while it is `ready` and has no worker. Everything else waits in another state and
-- costs a claim nothing:
--   waiting   for due_at, or for something to happen to the run
--   limited   for a place in its concurrency group
--   paused    for its workflow to be resumed

alter table run_queue
    add column workflow_id uuid,
    add column state text not null default 'ready'
        constraint run_queue_state_check check (state in ('ready', 'waiting', 'limited', 'paused')),
    -- The labels a worker must have, sorted and joined by commas; empty: any worker that is not kept for labels.
    add column pool text not null default '',
    -- The concurrency group within the workflow, and how many of it may be under way; null: no limit.
    add column concurrency_key text,
    add column concurrency_limit int check (concurrency_limit >= 1),
    -- Whether it has its place in the group: from its admission to its end, waits included.
    add column is_admitted boolean not null default true,
    -- Whether its worker is to give it up at the next step, because the workflow is paused.
    add column is_held boolean not null default false,
    -- Whether something has happened to it since it was taken on, so that it must not wait before it is looked at again.
    add column is_signalled boolean not null default false,
    add constraint run_queue_group_check check ((concurrency_key is null) = (concurrency_limit is null));

update run_queue q set workflow_id = r.workflow_id from runs r
where r.tenant_id = q.tenant_id and r.run_id = q.run_id;

alter table run_queue alter column workflow_id set not null;

drop index run_queue_due;
-- Claims: tenants of a pool by leaps, then the oldest of each.
create index run_queue_ready on run_queue (pool, tenant_id, due_at, run_id) where worker is null and state = 'ready';
create index run_queue_waiting on run_queue (due_at) where state = 'waiting';
create index run_queue_running on run_queue (tenant_id) where worker is not null;
create index run_queue_group on run_queue (tenant_id, workflow_id, concurrency_key)
    where concurrency_key is not null and is_admitted;
create index run_queue_limited on run_queue (tenant_id, workflow_id, concurrency_key, due_at, run_id)
    where state = 'limited';
create index run_queue_of_workflow on run_queue (tenant_id, workflow_id);

-- What a tenant may have of the workers. A tenant without a row has weight 1, no limit and no labels. Undistributed like
-- the queue, because every claim joins the two.
create table tenant_shares (
    tenant_id uuid primary key,
    -- Twice the weight, twice the runs while others wait.
    weight int not null default 1 check (weight between 1 and 1000),
    -- The most runs under way at a time; null: as many as there is room for.
    concurrency int check (concurrency >= 1),
    -- Labels that all its runs ask for.
    labels text[] not null default '{}'
);

alter table workers
    add column labels text[] not null default '{}',
    add column is_dedicated boolean not null default false,
    add column roles text[] not null default '{}',
    -- The advisory lock that a session of its process holds as long as that lives; null: only its heartbeat tells.
    add column presence bigint,
    -- Since when that lock was found free.
    add column missing_since timestamptz;

-- Runs that repeat others. A dead letter is a failed run that no other repeats and nobody has dismissed.
alter table runs
    -- The run that it repeats.
    add column retry_of uuid,
    -- The last run that repeats it.
    add column retried_by uuid,
    add column dismissed_at timestamptz;

create index runs_dead on runs (tenant_id, run_id desc)
    where status = 'failed' and retried_by is null and dismissed_at is null;

-- Connector versions, with the credential they are called with, whose service fails or wants to be left alone.
create table connector_gates (
    tenant_id uuid not null references tenants (tenant_id),
    connector text not null,
    version text not null,
    -- The credential's name; empty without one.
    credential text not null,
    state text not null
        constraint connector_gates_state_check check (state in ('closed', 'open', 'half_open', 'rate_limited')),
    -- When calls may be made again.
    until timestamptz,
    calls int not null,
    failures int not null,
    since timestamptz not null,
    primary key (tenant_id, connector, version, credential)
);
