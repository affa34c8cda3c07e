-- Events that were written in the transaction of what they tell about, and stand in no chain yet: it is locked by whoever appends,
-- and nobody else should wait for that.

create table audit_pending (
    tenant_id uuid not null,
    event_id uuid not null,
    at timestamptz not null,
    -- The event as JSON, without its place in the chain.
    content json not null,
    primary key (tenant_id, event_id)
);

select protect_tenant_table('audit_pending');

-- Written with what happens, and taken away only by who puts it into the chain. Locking a row takes the right to change some of it.
grant insert on audit_pending to patchbay_api;
grant select, insert, delete, update (at) on audit_pending to patchbay_engine;
