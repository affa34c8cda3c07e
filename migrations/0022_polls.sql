-- Polling triggers: how far each has come, and when it is polled next.
--
-- Whoever polls takes the row by moving next_at to the end of a lease and putting an id of its own into claim; what it found is
-- stored only as long as that is there. A host that dies leaves the row to whoever looks when the lease is over.
--
-- Undistributed like run_queue, because `for update skip locked` cannot cross servers; so it refers to nothing.
create table polls (
    tenant_id uuid not null,
    poll_id uuid not null,
    workflow_id uuid not null,
    -- The trigger's id in the document of the workflow's newest version.
    node text not null,
    name text not null,
    -- connector@version/trigger
    uses text not null,
    credential text,
    config json not null,
    -- What the cursor belongs to: connector, trigger and input.
    source text not null,
    is_held boolean not null default false,
    -- null: never, while it is held.
    next_at timestamptz,
    -- Of the host that polls now; null: nobody does.
    claim uuid,
    cursor json,
    -- An array of strings.
    seen json not null default '[]',
    failures int not null default 0,
    error json,
    polled_at timestamptz,
    items bigint not null default 0,
    generation int not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, poll_id),
    constraint polls_node_key unique (tenant_id, workflow_id, node)
);

create index polls_due on polls (next_at) where next_at is not null;

select protect_tenant_table('polls');

grant select, insert, update, delete on polls to patchbay_api;
grant select, update on polls to patchbay_engine;
