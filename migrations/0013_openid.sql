-- Signing in by a provider of identities (OpenID Connect).

-- Ways into an account: what a provider calls itself, and its name for the person, which is never given to another. Like
-- sessions without foreign keys, and no tenant's.
create table account_identities (
    issuer text not null,
    subject text not null,
    account_id uuid not null,
    linked_at timestamptz not null,
    primary key (issuer, subject)
);

create index identities_of_account on account_identities (account_id);

-- Answers of providers that were used, until their questions have expired: each is good for once, on whichever host.
create table used_answers (
    digest bytea primary key,
    expires_at timestamptz not null
);

create index used_answers_expiring on used_answers (expires_at);

-- Who comes from a provider names no tenant, but an address that tenants may have invited.
create index invitations_of_email on invitations (email);

grant select, insert, delete on account_identities to patchbay_engine;
grant select, insert, delete on used_answers to patchbay_engine;
