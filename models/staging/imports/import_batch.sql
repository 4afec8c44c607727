{#-
    The imports that this run processes, fixed once at its start: an import that finishes loading
    while the run is under way waits for the next one, whole. An import that is being undone is
    withdrawn: what it brought is taken out. One that was completed before is replaced; so is one
    of which a broken run has written what has been read anew since.
    Grain: one row per import of the batch.
-#}
{%- set unfinished = unpublished_state('import_batch', layer='staging') -%}
with

imports as (

    select * from {{ source('raw', 'import_metadata') }}

),

settlements as (

    select * from {{ source('raw', 'phone_settlements') }}

),

final as (

    select
        imports.id as import_seq,
        imports.import_id,
        imports.feed,
        imports.attempt,
        settlements.import_seq is not null as are_phones_settled,
        imports.uploaded_at,
        imports.status = 'UNDOING' as is_withdrawn,
        imports.status <> 'UNDOING' and (
            imports.completed_at is not null
            {% if unfinished and not is_rebuild() %}
            or coalesce(
                unfinished.is_replaced
                or unfinished.attempt <> imports.attempt
                or unfinished.are_phones_settled <> (settlements.import_seq is not null),
                0
            )
            {% endif %}
        ) as is_replaced
    from imports
    left join settlements
        on imports.id = settlements.import_seq and imports.attempt = settlements.attempt
    {% if unfinished and not is_rebuild() %}
    left join {{ unfinished }} as unfinished on imports.id = unfinished.import_seq
    {% endif %}
    where imports.status in ({{ visible_statuses(pending_only=not is_rebuild()) }}, 'UNDOING')

)

select * from final
