{#-
    Removes the match keys of records whose import is undone or loaded once more. They are looked up
    by the keys those records had (replaced_match_keys): the table is clustered by key. A pre_hook.
-#}
{% macro remove_replaced_keys() -%}
    {%- set keys = previous_state('replaced_match_keys', layer='staging') -%}
    {%- if execute and flags.WHICH in ('run', 'build') and keys and previous_state(this.identifier) -%}
        {%- set ranges = replaced_range_filter('carried.record_id', 'people') -%}
        {%- if ranges != '1 = 0' -%}
            {%- set statement -%}
                delete carried
                from {{ keys }} as replaced
                straight_join {{ this }} as carried force index (primary)
                    on replaced.key_hash = carried.key_hash
                where {{ ranges }}
            {%- endset -%}
            {{ return(statement) }}
        {%- endif -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
