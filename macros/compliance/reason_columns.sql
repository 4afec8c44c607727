{#-
    The columns of a reason, all of them.

    Arguments: reason (a contribution to decide_contact, which says what it holds).
-#}
{% macro reason_columns(reason) -%}
        {{ reason.point | default('points') }}.golden_person_id,
        {{ reason.point | default('points') }}.contact_hash,
        {{ reason.channel }} as channel,
        {{ reason.code }} as reason_code,
        {{ reason.rule_id }} as rule_id,
        {{ reason.citation }} as citation,
        {{ reason.enforcement }} as enforcement,
        cast({{ reason.blocks_from | default('null') }} as datetime(6)) as blocks_from,
        cast({{ reason.blocks_until | default('null') }} as datetime(6)) as blocks_until
{%- endmacro %}
