{#-
    In a dry run: brings in, of the warehouse that it is about, the first earlier record of every
    content that touchpoint, campaign, opt-out and do-not-call records of the batch have. A pre_hook
    of import_results; nothing to do outside of dry runs.
-#}
{% macro copy_known_contents() -%}
    {%- if execute and var('dry_run_of') and flags.WHICH == 'run' -%}
        {%- set own = generate_schema_name('staging', none) -%}
        {%- set known = var('dry_run_of') ~ '_staging' -%}
        {%- for model in ['stg_touchpoints', 'stg_campaigns', 'stg_opt_outs', 'stg_dnc_registry'] -%}
            {%- if adapter.get_relation(database=none, schema=known, identifier=model) -%}
                {%- set statement -%}
                    insert into {{ own }}.{{ model }}
                    select known.*
                    from (
                        select min(earlier.record_id) as record_id
                        from (
                            select distinct content_hash from {{ own }}.{{ model }}
                            where rejection_reason is null
                        ) as contents
                        straight_join {{ known }}.{{ model }} as earlier
                            on contents.content_hash = earlier.content_hash
                        left join {{ own }}.import_batch as batch
                            on earlier.import_seq = batch.import_seq
                        where earlier.rejection_reason is null and batch.import_seq is null
                        group by contents.content_hash
                    ) as first_records
                    straight_join {{ known }}.{{ model }} as known force index (primary)
                        on first_records.record_id = known.record_id
                {%- endset -%}
                {%- do run_query(statement) -%}
                {%- do run_query('commit') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
