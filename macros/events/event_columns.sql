{#-
    The columns of an event, as every contribution to person_events selects them. Both clocks: when
    it happened, and since when we know it.

    Arguments: SQL expressions. event_id is unique per golden person and names no contact value.
-#}
{% macro event_columns(
    golden, event_id, event_kind, event_type, happened_at, known_at,
    channel='null', contact_kind='null', contact_value='null', person_id='null',
    import_seq='null', record_count='null', actor='null', detail='null'
) -%}
    {{ golden }}.golden_person_id,
    {{ happened_at }} as happened_at,
    {{ event_id }} as event_id,
    {{ event_kind }} as event_kind,
    left({{ event_type }}, 32) as event_type,
    {{ known_at }} as known_at,
    {{ channel }} as channel,
    {{ contact_kind }} as contact_kind,
    {{ contact_value }} as contact_value,
    {{ person_id }} as person_id,
    {{ import_seq }} as import_seq,
    {{ record_count }} as record_count,
    left({{ actor }}, 128) as actor,
    left({{ detail }}, 255) as detail
{%- endmacro %}
