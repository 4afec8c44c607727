{#-
    What a verdict needs of a reason, in a few numbers: a million of them are sorted in memory, with
    the texts of rules and sources they would not fit there.

    Columns: golden_person_id, contact_hash, channel, reason_bit (its place in the order of reason
    codes), weight (1 enforce, 2 advise, 0 neither), blocks_until (null: nobody knows an end).

    Arguments: reason (a contribution to decide_contact, which says what it holds).
-#}
{% macro reason_marks(reason) -%}
        {{ reason.point | default('points') }}.golden_person_id,
        {{ reason.point | default('points') }}.contact_hash,
        {{ reason.channel }} as channel,
        1 << (field({{ reason.code }}, {{ sql_list(reason_codes_in_order()) }}) - 1) as reason_bit,
        field({{ reason.enforcement }}, 'enforce', 'advise') as weight,
        cast({{ reason.blocks_until | default('null') }} as datetime(6)) as blocks_until
{%- endmacro %}
