-- Misspelt words are found by what is left of them when letters are missing: words that are one slip apart have a rest in common,
-- and looking up a rest is one step in an index. By trigrams, a common ending led to thousands of words.

-- The word itself, what is left of it without one letter, and without two where it is long enough for two slips.
create function word_slips(word text) returns text[]
language sql immutable strict parallel safe
as $$
    with once as (
        select left(word, i - 1) || substr(word, i + 1) as rest from generate_series(1, length(word)) as i
    )
    select array_agg(distinct rest) from (
        select word as rest
        union all
        select rest from once
        union all
        select left(rest, i - 1) || substr(rest, i + 1) from once, generate_series(1, length(rest)) as i
        where length(word) between 6 and 16
    ) slips
$$;

revoke execute on function word_slips from public;
grant execute on function word_slips to patchbay_api;

drop index template_words_alike;
alter table template_words drop column trigrams;

-- A row a rest: of arrays the database believes that comparing them costs next to nothing, and compares all.
create table template_slips (
    slip text collate "C" not null,
    word text collate "C" not null,
    primary key (slip, word)
);

insert into template_slips select slip, word from template_words, unnest(word_slips(word)) as slip;

grant select, insert on template_slips to patchbay_api;
