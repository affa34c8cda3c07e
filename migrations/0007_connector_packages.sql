-- Connectors that are installed for all hosts: their packages, what became of each version, and what the hosts say of them.
-- These tables belong to the installation, not to a tenant, and stay undistributed: they are small, and every host reads them.

create table connector_packages (
    -- SHA-256 of the package.
    digest bytea primary key,
    content bytea not null,
    created_at timestamptz not null
);
-- It is compressed already.
alter table connector_packages alter column content set storage external;

create table connector_versions (
    connector text not null,
    version text not null,
    -- Of its package, which is gone once the version is removed.
    digest bytea not null,
    size int not null check (size >= 0),
    -- Of the library in it, in hexadecimal.
    library_sha256 text not null,
    -- enabled   workflows that are saved without a version may get it
    -- disabled  only what names this version gets it
    -- retiring  it goes as soon as no workflow and no run needs it
    -- removed   it is gone; the row tells what was there
    state text not null
        constraint connector_versions_state_check check (state in ('enabled', 'disabled', 'retiring', 'removed')),
    -- Whether the operator lets it open connections of its own, as far as its manifest asks for that.
    may_connect boolean not null default false,
    installed_at timestamptz not null,
    installed_by text not null,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (connector, version)
);

-- What each host has, told by itself every few seconds; one that fell silent is gone.
create table connector_hosts (
    host text primary key,
    reported_at timestamptz not null,
    -- [{"connector", "version", "sha256", "state", "refusal"}]
    connectors json not null
);

-- Which connector versions a document names, such as {slack@1.0.0}: those of the member `uses`, anywhere in it. A stored
-- document pins every version, and its text escapes quotes in strings, so that no string is taken for a member.
create function connector_pins(document json) returns text[]
language sql immutable parallel safe
as $$
    select coalesce(array_agg(distinct found[1] order by found[1]), '{}')
    from regexp_matches(document::text, '"uses"\s*:\s*"([a-z][a-z0-9-]{0,62}@[0-9A-Za-z.-]{1,64})/', 'g') as found
$$;

alter table workflow_versions
    add column pins text[] not null generated always as (connector_pins(document)) stored;
