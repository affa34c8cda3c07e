-- What was done, by whom, and with which credentials: a chain of hashes for each tenant, and one of the installation's own,
-- which has the id of nobody's tenant (all zeros).

create table audit_events (
    tenant_id uuid not null,
    -- From 1, without a gap.
    sequence bigint not null,
    -- These are what is searched by; all of them stand in the content as well.
    at timestamptz not null,
    event text not null,
    outcome text not null
        constraint audit_events_outcome_check check (outcome in ('success', 'refused', 'failed')),
    actor text not null,
    account text,
    resource_type text,
    resource_id text,
    -- The event as canonical JSON, byte for byte as it was hashed.
    content bytea not null,
    -- The hash of the event before; zeros for the first.
    previous bytea not null,
    -- SHA-256 of `previous` and `content`.
    hash bytea not null,
    primary key (tenant_id, sequence)
);

create index audit_events_by_time on audit_events (tenant_id, at);
create index audit_events_by_event on audit_events (tenant_id, event, sequence);
create index audit_events_by_actor on audit_events (tenant_id, actor, sequence);
create index audit_events_by_account on audit_events (tenant_id, account, sequence) where account is not null;
create index audit_events_by_resource on audit_events (tenant_id, resource_id, sequence) where resource_id is not null;

-- Where each chain ends. Its row is locked by whoever appends, so that hosts take turns; and it tells when the end of a chain
-- was cut off.
create table audit_heads (
    tenant_id uuid primary key,
    sequence bigint not null,
    hash bytea not null
);

select protect_tenant_table('audit_events');
select protect_tenant_table('audit_heads');

-- Appended to by whoever serves or works, changed by nobody.
grant select on audit_events, audit_heads to patchbay_api;
grant select, insert on audit_events to patchbay_engine;
grant select, insert, update (sequence, hash) on audit_heads to patchbay_engine;

insert into audit_heads values
    ('00000000-0000-0000-0000-000000000000', 0, decode(repeat('00', 32), 'hex'));
