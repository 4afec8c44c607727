{#-
    By which phones and mailboxes a golden person is found: keyed digests, so that who searches needs
    no contact point and learns none. Contact points don't change with a verdict: only people about
    whom something is new are merged, not everybody when a day begins.
    Grain: one row per golden person and phone or mailbox.
-#}
with

touched as (

    select * from {{ ref('int_golden_touched') }}

),

contacts as (

    select contacts.*
    from {{ ref('int_golden_contacts') }} as contacts
    {% if is_incremental() %}
    inner join touched on contacts.golden_person_id = touched.golden_person_id
    {% endif %}
    where contacts.contact_kind in ('phone', 'email')

),

search_pepper as (

    select * from {{ source('raw', 'search_pepper') }}

),

final as (

    select
        contacts.contact_kind as key_type,
        {{ search_key('contacts.contact_value', 'search_pepper') }} as key_value,
        contacts.golden_person_id
    from contacts
    cross join search_pepper

)

select * from final
