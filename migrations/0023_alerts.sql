-- Alerts: rules about runs, what is known of the runs they are about, and what came of them.
--
-- What runs are like is not asked of the runs: hosts go through the changes of tenants that have alerts (run_watchers), count
-- what ended by tens of seconds and lengths, and keep the failures of a day. So looking at an alert costs the same however many
-- runs there are.

-- A row is looked at when next_at has come, by whichever host takes it first, as schedules are; undistributed like these.
create table alert_rules (
    tenant_id uuid not null,
    alert_id uuid not null,
    name text not null,
    -- At most one of these; none: all workflows.
    workflow_id uuid,
    tag text,
    condition json not null,
    targets json not null,
    quiet_ms bigint not null,
    is_enabled boolean not null,
    -- Grows with each change by somebody.
    version int not null,
    -- What happened before counts for nothing.
    since timestamptz not null,
    state json not null,
    -- Null: switched off.
    next_at timestamptz,
    value bigint,
    judged_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, alert_id)
);

create index alert_rules_due on alert_rules (next_at) where next_at is not null;

-- Appended only.
create table alert_events (
    tenant_id uuid not null,
    event_id uuid not null,
    alert_id uuid not null,
    at timestamptz not null,
    kind text not null
        constraint alert_events_kind_check check (kind in ('fired', 'continued', 'resolved', 'test')),
    value bigint,
    unheard int not null,
    -- An array of ids.
    runs json not null,
    -- [{"key", "channel", "to"}], by which what became of them is found in notices.
    messages json not null,
    primary key (tenant_id, event_id)
);

create index alert_events_of_alert on alert_events (tenant_id, alert_id, event_id desc);
create index alert_events_by_age on alert_events (at);

-- Runs that ended, by tens of seconds, and by how long they took: a class holds what differs by 5 %.
create table alert_counts (
    tenant_id uuid not null,
    at timestamptz not null,
    workflow_id uuid not null,
    has_failed boolean not null,
    class int not null,
    runs bigint not null,
    longest bigint not null,
    primary key (tenant_id, at, workflow_id, has_failed, class)
);

create index alert_counts_by_age on alert_counts (at);

create table alert_failures (
    tenant_id uuid not null,
    -- In the order in which they became known.
    seq bigint generated always as identity,
    workflow_id uuid not null,
    run_id uuid not null,
    at timestamptz not null,
    primary key (tenant_id, seq)
);

create index alert_failures_of_tenant on alert_failures (tenant_id, at);
create index alert_failures_of_workflow on alert_failures (tenant_id, workflow_id, at);
create index alert_failures_by_age on alert_failures (at);

select protect_tenant_table('alert_rules');
select protect_tenant_table('alert_events');
select protect_tenant_table('alert_counts');
select protect_tenant_table('alert_failures');

grant select, insert, update, delete on alert_rules to patchbay_api;
grant select, update on alert_rules to patchbay_engine;
grant select, insert on alert_events to patchbay_api;
grant select, insert, delete on alert_events to patchbay_engine;
grant select, insert, update, delete on alert_counts to patchbay_engine;
grant select, insert, delete on alert_failures to patchbay_engine;

-- Whoever makes a tenant's first alert says from where on runs count.
grant select, insert, update on run_watchers to patchbay_api;

-- Workflows with tags; the same words in another place are sorted out by the reader.
create index workflow_versions_tagged on workflow_versions (tenant_id, workflow_id, version)
    where document::text like '%"tags":%';
