{#-
    Since when it is kept who was who, and what files said of contact points: as of an earlier moment
    decisions take both as they were at this one. Kept over a full refresh.
    Grain: one row.
-#}
-- depends_on: {{ ref('golden_contact_changes') }}
-- depends_on: {{ ref('golden_group_changes') }}
with

final as (

    select
        1 as id,
        {{ utc_now() }} as kept_since

)

select * from final
