-- Templates: what a tenant makes, what waits for moderators, what everybody can install, and what was installed.
--
-- A tenant's own versions and installations are protected as all its data. What is submitted is for moderators, who belong to no
-- tenant, and what is published for everybody: these tables belong to the installation (decision 42), name the tenant as
-- publisher, and outlive it. Row security would also keep
-- searches from their indexes, since operators of text search may not look at rows before it does.

create table template_versions (
    tenant_id uuid not null,
    template_id uuid not null,
    version text not null,
    name text not null,
    document json not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, template_id, version)
);

create index template_versions_named on template_versions (tenant_id, name);

create table template_installations (
    tenant_id uuid not null,
    installation_id uuid not null,
    template_id uuid not null,
    workflow_id uuid not null,
    -- {"version", "parameters", "credentials", "document"}
    base json not null,
    -- {"base", "workflow_version"}; null: there is no way back.
    previous json,
    installed_by text not null,
    installed_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, installation_id)
);

create index template_installations_of_template on template_installations (tenant_id, template_id);

create table template_submissions (
    template_id uuid not null,
    version text not null,
    publisher_id uuid not null,
    document json not null,
    created_by text not null,
    created_at timestamptz not null,
    state text not null
        constraint template_submissions_state_check
            check (state in ('pending', 'approved', 'published', 'rejected', 'withdrawn')),
    is_held boolean not null,
    reasons text not null,
    submitted_by text not null,
    submitted_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    -- Of the list, where it stands.
    published_at timestamptz,
    primary key (template_id, version)
);

create index template_submissions_waiting on template_submissions (state, submitted_at, template_id);

-- A row is kept when nothing of a template is offered any more, for its numbers and its name.
create table template_listings (
    template_id uuid primary key,
    publisher_id uuid not null,
    name text not null unique,
    title text not null,
    about text not null,
    author text not null,
    category text not null,
    tags text[] not null,
    connectors text[] not null,
    version text not null,
    is_listed boolean not null,
    active bigint not null default 0,
    installs bigint not null default 0,
    deprecation text,
    published_at timestamptz not null,
    updated_at timestamptz not null,
    search tsvector not null
);

create index template_listings_search on template_listings using gin (search) where is_listed;
create index template_listings_tags on template_listings using gin (tags) where is_listed;
create index template_listings_connectors on template_listings using gin (connectors) where is_listed;
create index template_listings_installs on template_listings (installs desc, template_id desc) where is_listed;
create index template_listings_date on template_listings (updated_at desc, template_id desc) where is_listed;
create index template_listings_category on template_listings (category, installs desc, template_id desc) where is_listed;
create index template_listings_author on template_listings (author, installs desc, template_id desc) where is_listed;

-- The words of all listings, by which misspelt ones are found. In bytes' order, so that beginnings of words are ranges.
create table template_words (
    word text collate "C" primary key,
    trigrams text[] not null
);

create index template_words_alike on template_words using gin (trigrams);

select protect_tenant_table('template_versions');
select protect_tenant_table('template_installations');

grant select, insert, update on template_versions to patchbay_api;
grant select, insert, update, delete on template_installations to patchbay_api;
grant select, insert, update on template_submissions, template_listings to patchbay_api;
grant select, insert on template_words to patchbay_api;
