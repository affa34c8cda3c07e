-- Deliveries of webhooks are stored before they are acknowledged, and start their runs afterwards; webhooks can be managed.

alter table webhooks
    add column name text not null default '',
    -- Somebody made it; else it comes and goes with the trigger's path.
    add column is_made boolean not null default false,
    add column is_enabled boolean not null default true,
    add column filter text,
    add column per_minute int check (per_minute >= 1),
    add column most_bytes int check (most_bytes >= 1),
    -- Name of the credential in place of the trigger's.
    add column secret text,
    -- Grows with every change: a delivery is taken only by what the webhook is at that moment.
    add column revision int not null default 1;

create unique index webhooks_by_id on webhooks (tenant_id, webhook_id);

-- With what it is by now.
drop function webhook_at(text);

create function webhook_at(wanted text)
returns table (
    endpoint text, tenant_id uuid, webhook_id uuid, workflow_id uuid, node text, name text, is_made boolean,
    is_enabled boolean, filter text, per_minute int, most_bytes int, secret text, revision int
)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select w.endpoint, w.tenant_id, w.webhook_id, w.workflow_id, w.node, w.name, w.is_made, w.is_enabled, w.filter,
        w.per_minute, w.most_bytes, w.secret, w.revision
    from webhooks w where w.endpoint = wanted
$$;

revoke execute on function webhook_at from public;
grant execute on function webhook_at to patchbay_api, patchbay_engine;

grant update on webhooks to patchbay_api;
grant select on webhooks to patchbay_engine;

-- What came, for as long as history is kept.
create table webhook_deliveries (
    tenant_id uuid not null,
    webhook_id uuid not null,
    delivery_id uuid not null,
    workflow_id uuid not null,
    version int not null,
    -- Of a repetition: the run of the first one.
    run_id uuid,
    received_at timestamptz not null,
    verdict text not null
        constraint webhook_deliveries_verdict_check check (verdict in ('accepted', 'filtered', 'duplicate', 'refused')),
    reason text,
    status int not null,
    -- How many like it came before, of which nothing else is kept.
    skipped int not null,
    replay_of uuid,
    -- The sender's name for it.
    sender_id text,
    method text not null,
    endpoint text not null,
    node text not null,
    query text not null,
    headers json not null,
    size int not null,
    -- Null for what proved nothing: only its size is kept.
    body bytea,
    -- Of a large body, which is kept in `blobs` instead.
    digest bytea,
    primary key (tenant_id, webhook_id, delivery_id)
);

create index webhook_deliveries_digest on webhook_deliveries (tenant_id, digest) where digest is not null;
-- Rows lie in the order in which they came, so that this tells old pages from new ones at next to no cost.
create index webhook_deliveries_received on webhook_deliveries using brin (received_at) with (autosummarize = on);

-- The names that senders gave to what was accepted, for as long as the history is kept.
create table webhook_keys (
    tenant_id uuid not null,
    webhook_id uuid not null,
    key text not null,
    delivery_id uuid not null,
    run_id uuid not null,
    received_at timestamptz not null,
    primary key (tenant_id, webhook_id, key)
);

create index webhook_keys_received on webhook_keys using brin (received_at) with (autosummarize = on);

-- What was acknowledged and whose runs are still to be started: many deliveries a row, so that a sender waits for a fraction
-- of one. They come into the history when their runs are stored. Small, and undistributed: `for update skip locked` cannot
-- cross servers.
create table webhook_inbox (
    tenant_id uuid not null,
    batch_id uuid not null,
    -- Who claims it has it for some seconds.
    claimed_at timestamptz not null,
    -- These belong together by their places.
    deliveries uuid[] not null,
    runs uuid[] not null,
    contents bytea[] not null,
    primary key (tenant_id, batch_id)
);

-- Read once at most and gone in a moment: compressing would be most of the work.
alter table webhook_inbox alter column contents set storage external;

select protect_tenant_table('webhook_deliveries');
select protect_tenant_table('webhook_keys');
select protect_tenant_table('webhook_inbox');

grant select on webhook_deliveries, webhook_keys, webhook_inbox to patchbay_api;
grant select, insert, update, delete on webhook_deliveries, webhook_keys, webhook_inbox to patchbay_engine;
