{#-
    The columns of a reason, as every contribution to decide_contact selects them.

    Arguments: channel, reason_code, rule_id, citation, enforcement, blocks_from, blocks_until (SQL
               expressions); point (alias of the contact point).
-#}
{% macro reason_columns(
    channel, reason_code, rule_id, citation, enforcement, blocks_from='null', blocks_until='null',
    point='points'
) -%}
        {{ point }}.golden_person_id,
        {{ point }}.contact_hash,
        {{ channel }} as channel,
        {{ reason_code }} as reason_code,
        {{ rule_id }} as rule_id,
        {{ citation }} as citation,
        {{ enforcement }} as enforcement,
        cast({{ blocks_from }} as datetime(6)) as blocks_from,
        cast({{ blocks_until }} as datetime(6)) as blocks_until
{%- endmacro %}
