-- Indexes of templates and connectors that the installation follows, and what each offers. They belong to no tenant, as
-- listings do.

create table template_indexes (
    index_id uuid primary key,
    -- Stands before the names of its templates: acme:deployment-notifier.
    name text not null unique,
    url text not null,
    -- The Ed25519 public key that must have signed it, in base64.
    key text not null,
    is_enabled boolean not null,
    -- Milliseconds from one reading to the next.
    interval_ms bigint not null,
    -- What the index calls itself, its serial number and the digest of what was signed, of the last good reading; digest is
    -- null where it is to be taken anew.
    title text,
    serial bigint,
    digest text,
    etag text,
    templates int not null default 0,
    connectors int not null default 0,
    failures int not null default 0,
    -- {code, message}
    error json,
    checked_at timestamptz,
    changed_at timestamptz,
    next_at timestamptz not null,
    -- Until when a host alone reads it; null: nobody does.
    claimed_until timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index template_indexes_due on template_indexes (next_at) where is_enabled;

-- Versions that an index offers, and those that were fetched from it.
create table index_templates (
    index_id uuid not null references template_indexes on delete cascade,
    name text not null,
    version text not null,
    template_id uuid not null,
    -- Beside the index.
    file text not null,
    sha256 text not null,
    size bigint not null,
    -- As the index has it.
    entry json not null,
    is_offered boolean not null,
    seen_at timestamptz not null,
    -- Null: nobody has wanted it yet.
    document json,
    primary key (index_id, name, version)
);

create unique index index_templates_of_template on index_templates (template_id, version);

create table index_connectors (
    index_id uuid not null references template_indexes on delete cascade,
    connector text not null,
    version text not null,
    file text not null,
    sha256 text not null,
    size bigint not null,
    entry json not null,
    primary key (index_id, connector, version)
);

-- The index that a listing comes from, by its name; null: it was published here.
alter table template_listings add column index_name text;

create index template_listings_of_publisher on template_listings (publisher_id) where index_name is not null;

grant select, insert, update, delete on template_indexes, index_templates, index_connectors to patchbay_api;
