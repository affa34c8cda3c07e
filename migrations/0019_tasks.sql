-- What people are asked, what they did with it, and what is to be told to whom.

create table tasks (
    tenant_id uuid not null references tenants (tenant_id),
    task_id uuid not null,
    run_id uuid not null,
    workflow_id uuid not null,
    workflow_name text not null,
    -- The step that asks.
    node text not null,
    path text not null,
    attempt int not null,
    status text not null
        constraint tasks_status_check check (status in ('open', 'decided', 'expired', 'failed', 'withdrawn')),
    -- What is asked, as the step's entry has it; never changed.
    definition json not null,
    -- Who is asked, what they have decided, and how far its escalation is.
    state json not null,
    -- Who is asked, for lists.
    people text[] not null,
    claimant text,
    -- Grows with each change: whoever has read an older one has to look again.
    version bigint not null,
    opened_at timestamptz not null,
    -- When its escalation goes on, or its time is over; null once it is over.
    due_at timestamptz,
    closed_at timestamptz,
    primary key (tenant_id, task_id),
    unique (tenant_id, run_id, node, path, attempt)
);

create index tasks_due on tasks (due_at) where status = 'open';
create index tasks_open on tasks (tenant_id, run_id) where status = 'open';
create index tasks_people on tasks using gin (people) where status = 'open';

-- Appended only.
create table task_entries (
    tenant_id uuid not null,
    task_id uuid not null,
    seq bigint not null,
    at timestamptz not null,
    kind text not null
        constraint task_entries_kind_check check (kind in ('opened', 'claimed', 'released', 'commented', 'delegated',
            'decided', 'reminded', 'escalated', 'reassigned', 'closed')),
    -- {"name", "address", "via", "ip_address", "user_agent"}; null: time passed.
    actor json not null,
    -- Of a decision also what was decided about, as it was then.
    data json not null,
    primary key (tenant_id, task_id, seq)
);

-- What somebody is to be told, once.
create table notices (
    tenant_id uuid not null,
    -- What it is about and to whom: what is put twice is kept once.
    key text not null,
    channel text not null constraint notices_channel_check check (channel in ('mail', 'slack', 'webhook')),
    recipient text not null,
    data json not null,
    state text not null default 'pending'
        constraint notices_state_check check (state in ('pending', 'sent', 'failed')),
    attempts int not null default 0,
    -- When it may be tried; a sender that has it in hand puts this off.
    due_at timestamptz not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    -- Why the last attempt failed; without anything of the message.
    error text,
    primary key (tenant_id, key)
);

create index notices_due on notices (due_at) where state = 'pending';
create index notices_over on notices (created_at) where state <> 'pending';

select protect_tenant_table('tasks');
select protect_tenant_table('task_entries');
select protect_tenant_table('notices');

grant select, insert, update on tasks to patchbay_api, patchbay_engine;
grant select, insert on task_entries to patchbay_api, patchbay_engine;
grant select, insert on notices to patchbay_api;
grant select, insert, update, delete on notices to patchbay_engine;

alter table run_messages
    drop constraint run_messages_kind_check,
    add constraint run_messages_kind_check check (kind in ('event', 'child', 'task'));
