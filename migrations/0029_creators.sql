-- Templates: what their installers think of them, what people report to moderators, and who publishes them.
--
-- Reviews and reports are read across tenants and outlive their writers' tenants, so they belong to the installation as listings do
-- (decision 44). They name whoever wrote them by one number, an account's or, where a key is nobody's, a tenant's.

-- Which tenants have a template, or had it once.
create table template_installers (
    tenant_id uuid not null,
    template_id uuid not null,
    -- The one that was installed, or updated to, last.
    version text not null,
    primary key (tenant_id, template_id)
);

insert into template_installers (tenant_id, template_id, version)
select distinct on (tenant_id, template_id) tenant_id, template_id, base ->> 'version' from template_installations
order by tenant_id, template_id, updated_at desc;

create table template_reviews (
    template_id uuid not null,
    reviewer_id uuid not null,
    review_id uuid not null,
    version text not null,
    stars bigint not null check (stars between 1 and 5),
    text text not null,
    -- As the reviewer wants to be called; null: not at all.
    author text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Why moderators show it to nobody; null: they do.
    hidden_reason text,
    -- Its writer took it back. Only what is hidden stays then, without its words, so that it does not come back anew.
    is_removed boolean not null default false,
    primary key (template_id, reviewer_id)
);

create unique index template_reviews_newest on template_reviews (template_id, review_id);

create table template_reports (
    report_id uuid primary key,
    template_id uuid not null,
    -- Null: the template itself is meant.
    review_id uuid,
    reporter_id uuid not null,
    reported_by text not null,
    reason text not null
        constraint template_reports_reason_check
            check (reason in ('malicious', 'broken', 'spam', 'copyright', 'other')),
    text text not null,
    created_at timestamptz not null,
    state text not null
        constraint template_reports_state_check check (state in ('open', 'resolved', 'dismissed')),
    note text not null default '',
    decided_by text,
    decided_at timestamptz
);

create unique index template_reports_once on template_reports (
    template_id, coalesce(review_id, template_id), reporter_id) where state = 'open';
create index template_reports_queue on template_reports (state, report_id);

alter table template_listings
    -- Of the reviews that are shown.
    add column reviews bigint not null default 0,
    add column stars bigint not null default 0,
    -- Thousandths of a star: the mean with ten votes of three and a half beside those that there are.
    add column score bigint not null generated always as ((stars * 1000 + 35000) / (reviews + 10)) stored;

create index template_listings_score on template_listings (score desc, template_id desc) where is_listed;
create index template_listings_category_score on template_listings (category, score desc, template_id desc)
    where is_listed;

-- What tenants that publish templates say of themselves to all others.
create table publisher_profiles (
    -- The tenant.
    owner_id uuid primary key,
    -- What others call it by.
    profile_id uuid not null unique,
    name text not null,
    bio text not null,
    avatar text,
    -- [{"title", "url"}]
    links json not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

-- Nobody passes for another by a capital letter.
create unique index publisher_profiles_name on publisher_profiles (lower(name));

create index template_listings_publisher on template_listings (publisher_id, installs desc, template_id desc)
    where is_listed;

select protect_tenant_table('template_installers');

grant select, insert, update on template_installers to patchbay_api;
grant select, insert, update, delete on template_reviews to patchbay_api;
grant select, insert, update on template_reports to patchbay_api;
grant select, insert, update on publisher_profiles to patchbay_api;
