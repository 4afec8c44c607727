-- Telephone numbers are E.164 and e-mail addresses lower case with one @, or they are not there.
with

people as (

    select * from {{ ref('stg_people') }}

),

final as (

    select record_id
    from people
    where
        {%- for slot in [1, 2, 3] %}
        phone_{{ slot }} not regexp '^[+][1-9][0-9]{7,14}$' or
        {%- endfor %}
        email_1 not regexp '^[^@]+@[^@]+[.][^@]+$'
        or email_2 not regexp '^[^@]+@[^@]+[.][^@]+$'

)

select * from final
