-- Events for all runs of a tenant, and how far the changes of runs were gone through.

-- Kept for runs that come to wait later, and so that a sender's repetition is recognised.
create table events (
    tenant_id uuid not null references tenants (tenant_id),
    event_id text not null,
    name text not null,
    key text not null,
    payload json not null,
    at timestamptz not null,
    keep_until timestamptz not null,
    primary key (tenant_id, event_id)
);

create index events_named on events (tenant_id, name, key);
create index events_over on events (keep_until);

-- Which runs hear of which.
create table event_waits (
    tenant_id uuid not null references tenants (tenant_id),
    name text not null,
    key text not null,
    run_id uuid not null,
    since timestamptz not null,
    primary key (tenant_id, name, key, run_id)
);

create index event_waits_since on event_waits (since);

create table run_watchers (
    tenant_id uuid not null references tenants (tenant_id),
    watcher text not null constraint run_watchers_watcher_check check (watcher in ('errors', 'alerts')),
    -- As the code writes it.
    cursor text not null,
    primary key (tenant_id, watcher)
);

select protect_tenant_table('events');
select protect_tenant_table('event_waits');
select protect_tenant_table('run_watchers');

grant select, insert on events to patchbay_api;
grant select, insert, delete on events to patchbay_engine;
grant select, insert on event_waits to patchbay_api;
grant select, insert, delete on event_waits to patchbay_engine;
grant select, insert, update on run_watchers to patchbay_engine;

-- Workflows that are started when others fail; another word in such a text is sorted out by its reader.
create index workflow_versions_of_errors on workflow_versions (tenant_id, workflow_id, version)
    where document::text like '%"type":"error"%';
