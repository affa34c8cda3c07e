-- The first schema: workflows and their versions, webhooks, runs with their journal, credentials, connector settings.
--
-- Rules that later migrations keep:
-- * Every table of a tenant's data begins its primary key, and every unique and foreign key, with tenant_id, so that it
--   can be distributed by it (Citus). Three small tables stay undistributed: webhooks, whose endpoints are unique in the
--   whole installation; run_queue, because `for update skip locked` cannot cross shards; workers.
-- * Documents are json, not jsonb: the order of members, the text of numbers, and \u0000 in strings stay as they were.
-- * Words that an enum in the code has too stand in a check constraint named <table>_<column>_check; a test compares them.
-- * Ids are UUIDs of version 7, so that newer rows sort later. Times come from the host, never from now().

create table tenants (
    tenant_id uuid primary key,
    name text not null,
    created_at timestamptz not null
);

-- The tenant everything belongs to until there are several (TenantID.initial).
insert into tenants values ('01900000-0000-7000-8000-000000000001', 'default', '2024-06-10 02:35:18.4+00');

create table workflows (
    tenant_id uuid not null references tenants (tenant_id),
    workflow_id uuid not null,
    name text not null,
    about text not null,
    status text not null constraint workflows_status_check check (status in ('active', 'paused')),
    -- The newest version.
    version int not null check (version >= 1),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- A deleted workflow stays as long as runs refer to it.
    deleted_at timestamptz,
    primary key (tenant_id, workflow_id)
);

create index workflows_listed on workflows (tenant_id, workflow_id desc) where deleted_at is null;

create table workflow_versions (
    tenant_id uuid not null,
    workflow_id uuid not null,
    version int not null check (version >= 1),
    document json not null,
    created_at timestamptz not null,
    primary key (tenant_id, workflow_id, version),
    foreign key (tenant_id, workflow_id) references workflows (tenant_id, workflow_id)
);

create table webhooks (
    endpoint text primary key,
    tenant_id uuid not null,
    webhook_id uuid not null,
    workflow_id uuid not null,
    node text not null
);

create index webhooks_of_workflow on webhooks (tenant_id, workflow_id);

create table runs (
    tenant_id uuid not null,
    run_id uuid not null,
    workflow_id uuid not null,
    version int not null,
    -- As the workflow was called then.
    workflow_name text not null,
    status text not null
        constraint runs_status_check check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
    -- The trigger's kind.
    trigger text not null,
    -- By which a repeated delivery is recognised.
    delivery_key text,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    error json not null default 'null',
    primary key (tenant_id, run_id),
    foreign key (tenant_id, workflow_id, version) references workflow_versions (tenant_id, workflow_id, version)
);

create unique index runs_delivery on runs (tenant_id, workflow_id, delivery_key) where delivery_key is not null;
create index runs_of_workflow on runs (tenant_id, workflow_id, run_id desc);
create index runs_by_status on runs (tenant_id, status, run_id desc);

-- Runs that have not ended, and who works on them.
create table run_queue (
    tenant_id uuid not null,
    run_id uuid not null,
    -- From when on a worker may take it.
    due_at timestamptz not null,
    -- The lease: its holder, and a number that grows with each holder. An append that names an older one is refused.
    worker text,
    epoch bigint not null default 0,
    cancel_requested_at timestamptz,
    primary key (tenant_id, run_id)
);

create index run_queue_due on run_queue (due_at, run_id);
create index run_queue_of_worker on run_queue (worker) where worker is not null;

-- Append-only. No foreign key to runs: the lease guards every append, and looking up the run for each row would cost more
-- than writing it.
create table run_journal (
    tenant_id uuid not null,
    run_id uuid not null,
    seq int not null check (seq >= 1),
    at timestamptz not null,
    kind text not null
        constraint run_journal_kind_check check (
            kind in (
                'run_started', 'step_started', 'step_completed', 'step_failed', 'step_skipped', 'cancel_requested',
                'run_completed', 'run_failed', 'run_cancelled'
            )
        ),
    node text not null,
    path text not null,
    attempt int not null check (attempt >= 0),
    data json not null,
    -- Of the lease under which it was written, 0 outside one; tells a repeated append from a foreign one.
    epoch bigint not null,
    primary key (tenant_id, run_id, seq)
);

create table run_log (
    tenant_id uuid not null,
    run_id uuid not null,
    line bigint generated always as identity,
    at timestamptz not null,
    node text not null,
    attempt int not null,
    level text not null
        constraint run_log_level_check check (level in ('debug', 'info', 'warning', 'error')),
    message text not null,
    fields json not null,
    primary key (tenant_id, run_id, line)
);

-- Processes that carry runs out, of whichever tenant.
create table workers (
    worker text primary key,
    heartbeat_at timestamptz not null
);

create table credentials (
    tenant_id uuid not null references tenants (tenant_id),
    credential_id uuid not null,
    name text not null,
    kind text not null
        constraint credentials_kind_check check (kind in ('bearer', 'basic', 'api_key', 'secret')),
    connector text,
    -- An array of strings.
    hosts json not null,
    settings json not null,
    created_at timestamptz not null,
    -- Encrypted; this schema cannot open it.
    sealed bytea not null,
    primary key (tenant_id, credential_id),
    constraint credentials_name_key unique (tenant_id, name)
);

create table connector_settings (
    tenant_id uuid not null references tenants (tenant_id),
    connector text not null,
    settings json not null,
    updated_at timestamptz not null,
    primary key (tenant_id, connector)
);
