-- Every record of a file is inserted, updated, unchanged, collapsed or rejected: nothing is lost
-- and nothing is counted twice. The left side comes from a counter that is not the parser.
with

results as (

    select * from {{ ref('import_results') }}

),

final as (

    select
        import_id,
        record_count
    from results
    where
        record_count
        <> inserted_count + updated_count + unchanged_count + collapsed_count + rejected_count

)

select * from final
