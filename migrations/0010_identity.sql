-- Who may do what: accounts and how they sign in, and their places in the tenants.
--
-- Accounts, their sessions, links and recovery codes belong to the installation, not to a tenant: who signs in names none.
-- They refer to each other without foreign keys, since a row whose account is gone opens nothing: all that reads them joins
-- the accounts. Digests are SHA-256 of tokens with 20 random bytes or more, so they need no salt.

create table accounts (
    account_id uuid primary key,
    -- In lower case.
    email text not null unique,
    name text not null,
    -- scrypt in the form $scrypt$ln=…; null: only links sign in.
    password text,
    -- The secret of one-time codes, sealed under the installation's key.
    totp bytea,
    totp_active boolean not null default false,
    -- Of the code that was used last: each is good for once.
    totp_step bigint,
    is_operator boolean not null default false,
    -- Attempts since the last one that was right.
    failures int not null default 0,
    last_failure timestamptz,
    created_at timestamptz not null,
    disabled_at timestamptz
);

create table sessions (
    session_id uuid primary key,
    digest bytea not null unique,
    account_id uuid not null,
    method text not null
        constraint sessions_method_check check (method in ('password', 'link', 'invitation', 'oidc')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    address text not null,
    agent text not null
);

create index sessions_of_account on sessions (account_id, created_at desc);
create index sessions_expiring on sessions (expires_at);

create table sign_in_links (
    digest bytea primary key,
    account_id uuid not null,
    expires_at timestamptz not null
);

create table recovery_codes (
    account_id uuid not null,
    digest bytea not null,
    primary key (account_id, digest)
);

create table memberships (
    tenant_id uuid not null references tenants (tenant_id),
    account_id uuid not null,
    -- One of the roles that every tenant has, or one of its own.
    role text not null,
    created_at timestamptz not null,
    primary key (tenant_id, account_id)
);

create index memberships_of_account on memberships (account_id);

create table roles (
    tenant_id uuid not null references tenants (tenant_id),
    name text not null,
    about text not null,
    -- An array of words.
    permissions json not null,
    changed_at timestamptz not null,
    primary key (tenant_id, name)
);

create table invitations (
    tenant_id uuid not null references tenants (tenant_id),
    invitation_id uuid not null,
    digest bytea not null,
    email text not null,
    role text not null,
    created_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, invitation_id),
    unique (tenant_id, digest)
);

create table api_keys (
    tenant_id uuid not null references tenants (tenant_id),
    key_id uuid not null,
    digest bytea not null,
    name text not null,
    prefix text not null,
    -- An array of words.
    permissions json not null,
    -- An array of ids; null: all workflows of the tenant.
    workflows json,
    -- Null: the installation's own key made it.
    created_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz,
    used_at timestamptz,
    primary key (tenant_id, key_id),
    unique (tenant_id, digest)
);

select protect_tenant_table('memberships');
select protect_tenant_table('roles');
select protect_tenant_table('invitations');
select protect_tenant_table('api_keys');

-- A tenant's requests see its members, and nothing that these prove themselves by. Signing in is not a request of a tenant:
-- it is done as the engine.
alter table accounts enable row level security, force row level security;
create policy member on accounts for select to patchbay_api
    using (exists (select from memberships m where m.account_id = accounts.account_id));
create policy engine on accounts to patchbay_engine using (true) with check (true);
create policy owner on accounts to patchbay_owner using (true) with check (true);

grant select (account_id, email, name, is_operator, totp_active, created_at, disabled_at) on accounts to patchbay_api;
grant select, update (role), delete on memberships to patchbay_api;
grant select, insert, update, delete on roles to patchbay_api;
grant select, insert, delete on invitations to patchbay_api;
grant select, insert, update (used_at), delete on api_keys to patchbay_api;

grant select, insert, update on accounts to patchbay_engine;
grant select, insert, delete on sessions to patchbay_engine;
grant select, insert, delete on sign_in_links to patchbay_engine;
grant select, insert, delete on recovery_codes to patchbay_engine;
grant select, insert on memberships to patchbay_engine;
grant select on roles to patchbay_engine;
grant select, delete on invitations to patchbay_engine;
