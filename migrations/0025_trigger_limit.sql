-- How many schedules and polling triggers a tenant may have together; null: no limit.
alter table tenants add column max_triggers int check (max_triggers >= 0);
