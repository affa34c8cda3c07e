-- How templates do, by day of UTC. Numbers only: nothing here tells a person, a tenant or an address.

create table template_days (
    template_id uuid not null,
    day date not null,
    views bigint not null default 0,
    installs bigint not null default 0,
    uninstalls bigint not null default 0,
    -- Installations at the day's end; null: as on the day before.
    active bigint,
    -- Of workflows that come from the template.
    runs bigint not null default 0,
    primary key (template_id, day)
);

-- Where views came from: a host's name, what the address said of itself, or `direct`.
create table template_referrals (
    template_id uuid not null,
    source text not null,
    day date not null,
    views bigint not null,
    primary key (template_id, source, day)
);

create index template_days_day on template_days (day);
create index template_referrals_day on template_referrals (day);

grant select, insert, update on template_days, template_referrals to patchbay_api;
-- Runs are counted, and old days forgotten, for all tenants at once.
grant select, insert, update, delete on template_days, template_referrals to patchbay_engine;
grant select on template_installations to patchbay_engine;
