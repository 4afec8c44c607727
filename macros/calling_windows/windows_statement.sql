{#-
    The statement by which explain, evidence and exports ask when contact points may be called or
    texted: macro calling_hours over contact points and moments, with the places of all who held them
    and the rules as of one moment. Quoted values that begin with lode: are marks for parameters:
    contact points and that moment as for explained_contact, and a list in JSON of questions: digest,
    channel, moment.
-#}
{% macro windows_statement() -%}
    {%- set asks -%}
        (
            select
                unhex(given.digest) as contact_key,
                given.channel,
                cast(given.at_utc as datetime(6)) as at_utc
            from json_table(
                'lode:asks', '$[*]' columns (
                    digest varchar(64) character set utf8mb4 collate utf8mb4_bin path '$[0]',
                    channel varchar(8) character set utf8mb4 collate utf8mb4_bin path '$[1]',
                    at_utc varchar(32) path '$[2]'
                )
            ) as given
        )
    {%- endset -%}
    {%- set at = "cast('lode:at' as datetime(6))" -%}
    {%- set places = places_as_of(explained_contact(), 'contact_hash', at) -%}
    select
        lower(hex(hours.contact_key)) as contact_hash,
        hours.channel,
        hours.at_utc,
        hours.strictness,
        hours.next_allowed_at,
        hours.time_zones,
        codes.reason_code,
        codes.meaning,
        codes.dnc_com_letter,
        hours.rule_id,
        hours.citation
    from {{ calling_hours(asks, places, at) }} as hours
    inner join {{ ref('reason_codes') }} as codes on codes.reason_code = 'CALLING_WINDOW'
    order by hours.strictness desc, hours.rule_id
{%- endmacro %}
