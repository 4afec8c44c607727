{#-
    Connected components of the joins: records that hang together, directly or through others.
    The materialization turns the pairs selected here into (node, component), the component being
    its smallest record. Records without a join do not appear.
    Grain: one row per joined record.
-#}
with

pairs as (

    select * from {{ ref('int_record_pairs') }}

),

final as (

    select
        record_id as node_a,
        other_record_id as node_b
    from pairs

)

select * from final
