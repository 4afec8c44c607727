{#-
    Keeps what a seed said before (config `keep_versions`): its table has every row of every file that was
    loaded, with `known_at`, since when we go by it, and `known_until`, 9999-12-31 for those of the file
    as it is. The first load of a warehouse counts for all the past. Later a row that the file no longer
    has the same ends, and a new or changed one begins, a second from now: by then the table is in place,
    for seed.sql waits, so that nobody decided by the former rows at a later moment.

    Arguments: new (filled from the file, not yet in place), names (columns of the file).
    Returns:   the moment of the change, none if no row is another.
-#}
{% macro keep_seed_versions(new, names) -%}
    {%- set types = config.get('column_types') or {} -%}
    {%- set key = config.get('primary_key') -%}
    {%- set key = [key] if key is string else key -%}
    {%- do run_query(
        'alter table ' ~ new ~ " add column known_at datetime(6) not null default '1000-01-01',"
        ~ " add column known_until datetime(6) not null default '9999-12-31',"
        ~ ' drop primary key, add primary key (' ~ quoted_list(key + ['known_at']) ~ ')'
    ) -%}
    {%- if not relation_types(this.schema, [this.identifier]) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set same_key = [] -%}
    {%- set same_row = ["former.known_until = '9999-12-31'"] -%}
    {%- for name in names -%}
        {%- set differs = byte_differs(
            'fresh.' ~ adapter.quote(name), 'former.' ~ adapter.quote(name), types.get(name, 'text')
        ) -%}
        {%- do same_row.append('not (' ~ differs ~ ')') -%}
        {%- if name in key -%}
            {%- do same_key.append('not (' ~ differs ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set former = former_seed_rows(names) -%}
    {%- set begins = 'select cast(' ~ utc_now() ~ ' + interval 1 second as char)' -%}
    {%- set moment = run_query(begins).columns[0].values()[0] -%}
    {%- set stay -%}
        update {{ new }} as fresh
        left join {{ former }} on {{ same_row | join(' and ') }}
        set fresh.known_at = coalesce(former.known_at, '{{ moment }}')
    {%- endset -%}
    {%- set end -%}
        insert into {{ new }} ({{ quoted_list(names | list + ['known_at', 'known_until']) }})
        select
            {{ quoted_list(names | list + ['known_at'], 'former') }},
            least(former.known_until, cast('{{ moment }}' as datetime(6)))
        from {{ former }}
        left join {{ new }} as fresh
            on former.known_at = fresh.known_at and {{ same_key | join(' and ') }}
        where fresh.known_at is null
    {%- endset -%}
    {%- do run_query(stay) -%}
    {%- do run_query(end) -%}
    {%- set changed = run_query(
        'select count(*) from ' ~ new ~ " where '" ~ moment ~ "' in (known_at, known_until)"
    ) -%}
    {{ return(moment if changed.columns[0].values()[0] | int else none) }}
{%- endmacro %}
