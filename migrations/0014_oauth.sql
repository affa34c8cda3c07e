-- Credentials whose tokens the host gets and renews itself (OAuth 2.0).

alter table credentials
    drop constraint credentials_kind_check,
    add constraint credentials_kind_check check (kind in ('bearer', 'basic', 'api_key', 'secret', 'oauth2'));

-- That somebody was sent to an authorisation server, until they come back: once, and soon.
create table oauth_authorizations (
    tenant_id uuid not null references tenants (tenant_id),
    -- SHA-256 of the state that goes along.
    digest bytea not null,
    credential_id uuid not null,
    -- The proof of RFC 7636, sealed.
    verifier bytea not null,
    -- What the server was told to send them back to, which it is told again.
    redirect_url text not null,
    -- A path of this host's to lead them to afterwards; null: none.
    return_path text,
    -- The session that they must come back with, or the account that a key belongs to; both null: the installation's own key
    -- began it.
    session_id uuid,
    account_id uuid,
    expires_at timestamptz not null,
    primary key (tenant_id, digest)
);

create index oauth_authorizations_of_credential on oauth_authorizations (tenant_id, credential_id);

select protect_tenant_table('oauth_authorizations');

grant select, insert, delete on oauth_authorizations to patchbay_api;
