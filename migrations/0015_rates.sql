-- How many requests a minute were let through, shared by all hosts.

alter table tenants
    -- Requests a minute that the tenant may make in place of what all may, by class: {"api": 2000}.
    add column rates json not null default '{}' check (json_typeof(rates) = 'object');

-- Hosts take portions of a minute's budget; what they took is all that is known. Not logged: after a crash of the server the
-- minute begins anew.
create unlogged table request_windows (
    -- Of those who have not signed in, all zero.
    tenant_id uuid not null,
    class text not null,
    -- Where they come from; empty for tenants.
    address text not null,
    begins_at timestamptz not null,
    taken bigint not null,
    primary key (tenant_id, class, address, begins_at)
);

create index request_windows_begins_at on request_windows (begins_at);

select protect_tenant_table('request_windows');

grant select, insert, update, delete on request_windows to patchbay_engine;
