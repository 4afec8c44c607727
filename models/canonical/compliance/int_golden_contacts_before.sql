{#-
    The contact points that golden persons had before this run, of those about whom something is
    new: what the run changes is kept by it (golden_contact_changes). A row of the kind '' stands for
    the golden person itself, so that one who had nothing is told from one who was not looked at.
    Grain: one row per golden person touched, and one per contact point it had.
-#}
{%- set contacts = previous_state('int_golden_contacts') -%}
{%- set changes = previous_state('golden_contact_changes') -%}
{%- set unfinished = unpublished_state('int_golden_contacts_before') -%}
{%- set columns = [
    'contact_kind', 'contact_value', 'contact_hash', 'phone', 'area_code', 'area_state',
    'phone_type', 'is_primary', 'is_foreign', 'is_complete_address'
] -%}
with

touched as (

    select * from {{ ref('int_golden_touched') }}

),

-- Of an attempt that broke off behind the contact points and before their changes were kept: what
-- there was before that attempt counts.
kept as (

    {% if unfinished %}
    select held.*
    from {{ unfinished }} as held
    {% if changes %}
    where
        not exists (
            select 1
            from {{ changes }} as changes
            where
                changes.golden_person_id = held.golden_person_id
                and changes.taken_at = held.taken_at
        )
    {% endif %}
    {% else %}
    select
        golden_person_id,
        {% for column in columns %}
        null as {{ column }},
        {% endfor %}
        null as taken_at
    from touched
    where 1 = 0
    {% endif %}

),

looked_at as (

    select touched.golden_person_id
    from touched
    left join kept on touched.golden_person_id = kept.golden_person_id and kept.contact_kind = ''
    where kept.golden_person_id is null

),

final as (

    select
        golden_person_id,
        {% for column in columns %}
        {{ column }},
        {% endfor %}
        taken_at
    from kept
    {% if contacts %}
    union all
    select
        looked_at.golden_person_id,
        {% for column in columns %}
        contacts.{{ column }},
        {% endfor %}
        {{ utc_now() }} as taken_at
    from looked_at
    inner join {{ contacts }} as contacts
        on looked_at.golden_person_id = contacts.golden_person_id
    union all
    select
        golden_person_id,
        '' as contact_kind,
        '' as contact_value,
        unhex('00') as contact_hash,
        {% for column in columns[3:] %}
        null as {{ column }},
        {% endfor %}
        {{ utc_now() }} as taken_at
    from looked_at
    {% endif %}

)

select * from final
