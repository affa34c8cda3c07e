-- What runs are to hear of: events from outside, and ends of the runs they started.

-- Kept until the run has it in its journal. No foreign key to runs: who writes here has just seen the run in the queue.
create table run_messages (
    tenant_id uuid not null,
    run_id uuid not null,
    kind text not null
        constraint run_messages_kind_check check (kind in ('event', 'child')),
    -- Of an event what its sender called it, of a child's end the child's id: what comes twice is kept once.
    message_id text not null,
    at timestamptz not null,
    -- Of an event {"name", "payload"}; of a child's end the step {"node", "path", "attempt"}.
    data json not null,
    primary key (tenant_id, run_id, kind, message_id)
);

-- Of a run that another run started: that run, and the step of it that waits for the end; null where none does.
alter table runs
    add column parent_run_id uuid,
    add column parent_step json;
