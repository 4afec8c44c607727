{#-
    Contact points as decide_contact takes them, each with the golden persons that held it at the
    moment; one that nobody held is decided about as well. Which ones, and the moment, are marks that
    `lode comply` replaces by parameters: a list in JSON, each with kind, value, digest and the ten
    digits of a North American number. Two parts, since no engine looks up one row in a union.
-#}
{% macro explained_contact() -%}
    {%- set at = "cast('lode:at' as datetime(6))" -%}
    {%- set collation = 'character set utf8mb4 collate utf8mb4_bin' -%}
    {%- set asked -%}
        (
            select
                given.contact_kind,
                given.contact_value,
                unhex(given.digest) as contact_hash,
                given.phone,
                given.phone div 10000000 as area_code,
                given.contact_kind = 'phone' and given.contact_value not like '+1__________'
                    as is_foreign
            from json_table(
                'lode:asked', '$[*]' columns (
                    contact_kind varchar(8) {{ collation }} path '$[0]',
                    contact_value varchar(400) {{ collation }} path '$[1]',
                    digest varchar(64) {{ collation }} path '$[2]',
                    phone bigint unsigned path '$[3]'
                )
            ) as given
        ) as asked
        left join {{ ref('nanp_area_codes') }} as codes
            on cast(asked.area_code as char) = codes.area_code
    {%- endset -%}
    {%- set columns -%}
        asked.contact_hash,
        asked.contact_kind,
        asked.contact_value,
        asked.phone,
        asked.area_code,
        codes.state_code as area_state,
        asked.is_foreign
    {%- endset -%}
    {%- set is_held -%}
        held.contact_kind = asked.contact_kind and held.contact_value = asked.contact_value
    {%- endset -%}
    {%- set current, former = holdings_as_of('held', at) -%}
    (
        select
            held.golden_person_id, {{ columns }}, held.phone_type,
            coalesce(held.is_complete_address, 1) as is_complete_address
        from {{ asked }}
        left join {{ current[0] }} as held on {{ is_held }} and {{ current[1] }}
        where
            held.golden_person_id is not null
            or not exists (
                select 1 from {{ former[0] }} as held where {{ is_held }} and {{ former[1] }}
            )
        union all
        select
            held.golden_person_id, {{ columns }}, held.phone_type, held.is_complete_address
        from {{ asked }}
        inner join {{ former[0] }} as held on {{ is_held }}
        where {{ former[1] }}
    )
{%- endmacro %}
