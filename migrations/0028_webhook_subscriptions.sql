-- What connectors have vendors send: each subscription with the endpoint that is its alone, and how far it has come.
--
-- Whoever looks after one takes the row by moving next_at to the end of a lease and putting an id of its own into claim. What it is
-- about to do at the vendor is stored before it is done, so that whoever comes next knows that nobody knows.
--
-- Undistributed like polls, because `for update skip locked` cannot cross servers; so it refers to nothing.
create table webhook_subscriptions (
    tenant_id uuid not null,
    -- Of its endpoint.
    webhook_id uuid not null,
    workflow_id uuid not null,
    -- The trigger's id in the document.
    node text not null,
    endpoint text not null,
    -- connector@version/trigger
    uses text not null,
    -- Name of the credential that it is made with.
    credential text,
    input json not null,
    -- What it belongs to: connector, trigger and input.
    source text not null,
    -- Name of the credential with what the vendor signs with.
    secret text not null,
    goal text not null
        constraint webhook_subscriptions_goal_check check (goal in ('subscribed', 'paused', 'ended')),
    stage text not null default 'absent'
        constraint webhook_subscriptions_stage_check
            check (stage in ('absent', 'subscribing', 'subscribed', 'unsubscribing')),
    -- Where the vendor was told to send.
    url text,
    -- {id, data}, as the connector told it.
    subscription json,
    failures int not null default 0,
    error json,
    subscribed_at timestamptz,
    -- Of the host that looks after it now; null: nobody does.
    claim uuid,
    -- null: it is as it is to be.
    next_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, webhook_id)
);

create index webhook_subscriptions_of_workflow on webhook_subscriptions (tenant_id, workflow_id);
create index webhook_subscriptions_due on webhook_subscriptions (next_at) where next_at is not null;

select protect_tenant_table('webhook_subscriptions');

grant select, insert, update, delete on webhook_subscriptions to patchbay_api;
grant select, update, delete on webhook_subscriptions to patchbay_engine;

-- Its endpoint comes and goes with a subscription.
alter table webhooks add column is_subscribed boolean not null default false;

drop function webhook_at(text);

create function webhook_at(wanted text)
returns table (
    endpoint text, tenant_id uuid, webhook_id uuid, workflow_id uuid, node text, name text, is_made boolean,
    is_subscribed boolean, is_enabled boolean, filter text, per_minute int, most_bytes int, secret text, revision int
)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select w.endpoint, w.tenant_id, w.webhook_id, w.workflow_id, w.node, w.name, w.is_made, w.is_subscribed, w.is_enabled,
        w.filter, w.per_minute, w.most_bytes, w.secret, w.revision
    from webhooks w where w.endpoint = wanted
$$;

revoke execute on function webhook_at from public;
grant execute on function webhook_at to patchbay_api, patchbay_engine;

grant delete on webhooks to patchbay_engine;
