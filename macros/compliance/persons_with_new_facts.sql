{#-
    Persons whose contact points say otherwise than the lists, requests, consents and rules of what
    is a request that came since about the last complete run, as a select; nobody if none came. A day
    is added to that, since one may have come while the run was at work.

    Arguments: phones, emails (relations: phone_numbers and email_addresses as they are, or none).
-#}
{% macro persons_with_new_facts(phones, emails) -%}
    {%- set ledger = previous_state('pipeline_runs') -%}
    {%- set since -%}
        (
            select coalesce(max(finished_at), '1000-01-01') - interval 1 day
            from {{ ledger }}
        )
    {%- endset -%}
    {%- set sources = [
        ref('stg_dnc_coverage'), ref('stg_opt_out_requests'), ref('stg_consents'),
        ref('request_statements'),
    ] -%}
    {#- Written before they are needed: dbt has to see what they refer to when it parses. -#}
    {%- set is_listed = is_on_a_list('known.phone_e164') -%}
    {%- set has_asked = is_opted_out('known.email') -%}
    {%- set has_new = [] -%}
    {%- if execute and ledger and phones and emails -%}
        {%- for relation in sources -%}
            {%- set query = 'select 1 from ' ~ relation ~ ' where known_at >= ' ~ since ~ ' limit 1' -%}
            {%- do has_new.append(run_query(query).rows | length > 0) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if has_new and has_new[0] %}
    select known.person_id
    from {{ phones }} as known
    where (known.dnc_status = 'listed') <> ({{ is_listed }})
    {%- else %}
    select cast(null as unsigned) as person_id from (select 1 as nobody) as nobody where 1 = 0
    {%- endif %}
    {%- if has_new and true in has_new[1:] %}
    union distinct
    select known.person_id
    from {{ emails }} as known
    where (known.opt_out_status = 'opted_out') <> ({{ has_asked }})
    {%- endif %}
{%- endmacro %}
