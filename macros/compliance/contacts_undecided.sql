{#-
    Contacts that were made although no decision that allowed them is kept, as a select: neither a line
    of an export that was valid then, to the same contact point or golden person, nor a slot that was
    used. Contacts before the first export on a channel are left out. Midnight sharp, UTC, is a day
    without a time of day, on which a decision may have come first. Columns: contact_hash (digest of
    the contact made), channel, reason_code, rule_id, citation.
    Arguments: made (relation int_contacts_made).
-#}
{% macro contacts_undecided(made) -%}
    {%- set exports = source('exports', 'list_exports') -%}
    {%- set moment = "case when made.made_at = date(made.made_at) then date({0}) else {0} end" -%}
    select
        made.content_hash as contact_hash,
        made.channel,
        'NO_DECISION' as reason_code,
        rules.rule_id,
        rules.citation
    from {{ made }} as made
    inner join (
        select exports.channel, min(exports.decided_at) as since
        from {{ exports }} as exports
        where exports.status = 'COMPLETE'
        group by exports.channel
    ) as asked on made.channel = asked.channel and made.made_at >= asked.since
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = 'decision_first'
            and rules.enforcement = 'enforce'
            and {{ rule_holds('rules', 'made.made_at') }}
    where
        true
        {%- for is_same in [
            'given.contact_hash = ' ~ content_hash(['made.contact_value']),
            'given.golden_person_id = made.golden_person_id',
        ] %}
        and not exists (
            select 1
            from {{ source('exports', 'list_export_rows') }} as given
            inner join {{ exports }} as exports on given.export_id = exports.id
            where
                {{ is_same }}
                and exports.channel = made.channel
                and exports.status = 'COMPLETE'
                and {{ moment.format('exports.decided_at') }} <= made.made_at
                and made.made_at < exports.valid_until
        )
        {%- endfor %}
        {%- for column, value in
            [('contact_value', 'contact_value'), ('person_id', 'golden_person_id')] %}
        and not exists (
            select 1
            from {{ source('reservations', 'contact_reservations') }} as slots
            where
                slots.{{ column }} = made.{{ value }}
                and slots.channel = made.channel
                and {{ moment.format('slots.reserved_at') }} <= made.made_at
                and made.made_at <= greatest(slots.used_at, slots.expires_at)
        )
        {%- endfor %}
{%- endmacro %}
