{#-
    Which person ids stand for which golden person, former ids too: a page finds by it whom an old
    address means. A view, as canonical has it by both keys.
    Grain: one row per person id, living or retired.
-#}
with

persons as (

    select * from {{ ref('persons') }}

),

final as (

    select
        id as person_id,
        golden_person_id,
        record_count,
        is_original,
        nullif(concat_ws(' ', first_name, middle_name, last_name, name_suffix), '') as full_name
    from persons

)

select * from final
