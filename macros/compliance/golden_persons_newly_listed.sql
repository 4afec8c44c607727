{#-
    Golden persons who hold a number that a version of a do-not-call list named or no longer named,
    of the versions since about the last complete run, as a select; nobody if none came.

    Arguments: contacts (relation: int_golden_contacts as it is, or none).
-#}
{% macro golden_persons_newly_listed(contacts) -%}
    {%- set ledger = previous_state('pipeline_runs') -%}
    {%- set coverage = ref('stg_dnc_coverage') -%}
    {%- set listings = ref('stg_dnc_listings') -%}
    {%- set since -%}
        (
            select coalesce(max(finished_at), '2000-01-01') - interval 1 day
            from {{ ledger if ledger else "(select cast(null as datetime) as finished_at) as nothing" }}
        )
    {%- endset -%}
    {%- set versions = [] -%}
    {%- if execute and contacts -%}
        {%- set query -%}
            select distinct version from {{ coverage }} where known_at >= {{ since }}
        {%- endset -%}
        {%- set versions = run_query(query).columns[0].values() | map('int') | list -%}
    {%- endif -%}
    {%- if versions %}
    select contacts.golden_person_id
    from {{ listings }} as listed
    inner join {{ contacts }} as contacts
        on contacts.contact_kind = 'phone' and concat('+1', listed.phone) = contacts.contact_value
    where
        listed.from_version in ({{ versions | join(', ') }})
        or listed.to_version in ({{ versions | join(', ') }})
    {%- else %}
    select cast(null as unsigned) as golden_person_id from (select 1 as nobody) as nobody where 1 = 0
    {%- endif %}
{%- endmacro %}
