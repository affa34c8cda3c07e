-- Envelope encryption: each tenant's credentials are sealed by a data key of its own, which is stored wrapped by a key that
-- is not in the database. And what goes with a credential beside its secrets: who may use it, and whether it can be used.

create table tenant_keys (
    tenant_id uuid not null references tenants (tenant_id),
    key_id uuid not null,
    state text not null
        -- current  new content is sealed with it
        -- retired  it opens what it sealed
        constraint tenant_keys_state_check check (state in ('current', 'retired')),
    -- Names the key-encryption key, and what that made of the data key.
    wrapper text not null,
    wrapped bytea not null,
    created_at timestamptz not null,
    wrapped_at timestamptz not null,
    retired_at timestamptz,
    primary key (tenant_id, key_id)
);

create unique index tenant_keys_current on tenant_keys (tenant_id) where state = 'current';

alter table credentials
    add column updated_at timestamptz,
    -- An array of names of roles whose holders may use it; null: everybody with the permission to use credentials.
    add column shared_with json,
    add column state text not null default 'ready'
        -- ready        it can be used
        -- authorise    somebody must grant it first
        -- reauthorise  it was granted, and is refused now; the reason says why
        constraint credentials_state_check check (state in ('ready', 'authorise', 'reauthorise')),
    add column reason text,
    -- The data key that sealed it; null: the installation's own key did, before tenants had theirs.
    add column key_id uuid,
    add constraint credentials_key_fkey foreign key (tenant_id, key_id) references tenant_keys (tenant_id, key_id);

update credentials set updated_at = created_at;
alter table credentials alter column updated_at set not null;

-- Those that a rotation has still to seal anew.
create index credentials_of_key on credentials (tenant_id, key_id, credential_id);

select protect_tenant_table('tenant_keys');

grant select, insert, update (state, wrapper, wrapped, wrapped_at, retired_at), delete on tenant_keys to patchbay_api;
grant update (name, connector, hosts, settings, updated_at, shared_with, state, reason, key_id, sealed)
    on credentials to patchbay_api;
