{#-
    First names that may stand for one another: each with each of its formal names, and those that
    share a formal name (Bob and Rob, both Robert).
    Grain: one row per ordered pair of names.
-#}
with

nicknames as (

    select * from {{ ref('nicknames') }}

),

meanings as (

    select
        name,
        formal_name
    from nicknames
    union distinct
    select
        formal_name as name,
        formal_name
    from nicknames

),

final as (

    select distinct
        one.name as first_name_key,
        other.name as other_first_name_key
    from meanings as one
    inner join meanings as other on one.formal_name = other.formal_name
    where one.name <> other.name

)

select * from final
