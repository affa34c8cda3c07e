-- Schedules: when runs start by themselves.
--
-- A row is looked at when next_at has come, by whichever host takes it first. Firing is done under the row's lock: runs are
-- started under a key made of schedule and time, then what came of it and the next time are stored, and the lock goes with
-- the transaction. A host that dies in between leaves the row as it was, and who comes next finds the runs by their keys.
--
-- Undistributed like run_queue, because `for update skip locked` cannot cross servers; so it refers to nothing.
create table schedules (
    tenant_id uuid not null,
    schedule_id uuid not null,
    workflow_id uuid not null,
    -- The trigger that runs begin at.
    node text,
    -- Whether it stands in the document of the workflow's newest version, as the node of that name.
    is_declared boolean not null,
    name text not null,
    -- As the config of a schedule node.
    spec json not null,
    is_paused boolean not null default false,
    -- Whether its workflow is paused.
    is_held boolean not null default false,
    -- Times until this one are dealt with.
    after timestamptz not null,
    -- The time that is dealt with next; null: not reckoned yet, or none.
    next_time timestamptz,
    -- When it is to be looked at, which its jitter has a part in; null: never.
    next_at timestamptz,
    last_run_id uuid,
    problem text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, schedule_id)
);

create unique index schedules_declared on schedules (tenant_id, workflow_id, node) where is_declared;
create index schedules_of_workflow on schedules (tenant_id, workflow_id);
create index schedules_due on schedules (next_at) where next_at is not null;

-- What came of each time. Once a row is there, its time is over for good.
create table schedule_firings (
    tenant_id uuid not null,
    schedule_id uuid not null,
    -- Of several, the last.
    time timestamptz not null,
    at timestamptz not null,
    outcome text not null
        constraint schedule_firings_outcome_check check (outcome in ('started', 'skipped', 'missed')),
    reason text,
    run_id uuid,
    -- How many times it stands for.
    times int not null default 1,
    primary key (tenant_id, schedule_id, time)
);

create index schedule_firings_by_age on schedule_firings (at);

select protect_tenant_table('schedules');
select protect_tenant_table('schedule_firings');

grant select, insert, update, delete on schedules to patchbay_api, patchbay_engine;
grant select, insert on schedule_firings to patchbay_api;
grant select, insert, delete on schedule_firings to patchbay_engine;
