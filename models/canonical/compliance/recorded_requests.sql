{#-
    Requests not to be contacted that outcomes of contacts and statuses of people tell of, by the rows
    of seed request_statements that held when they were said. A view, so that a rule that somebody
    flips counts for what was said before.
    Grain: one row per record, contact point of it and statement.
-#}
with

statements as (

    select * from {{ ref('stg_request_statements') }}

),

rules as (

    select * from {{ ref('request_statements') }}

),

final as (

    select
        statements.record_id,
        statements.content_hash,
        cast(conv(left(
            sha2(concat(statements.record_id, hex(statements.content_hash)), 256), 15
        ), 16, 10) as unsigned) as request_id,
        statements.import_seq,
        statements.source,
        statements.email,
        statements.phone_e164,
        statements.address,
        case rules.channel
            when 'same' then coalesce(statements.contact_channel, 'all')
            else rules.channel
        end as channel,
        statements.statement as reason,
        rules.citation,
        rules.enforcement,
        statements.opted_out_at,
        statements.known_at
    from statements
    inner join rules
        on
            statements.source = rules.source
            and statements.statement = rules.statement
            and date(statements.opted_out_at) between rules.valid_from and rules.valid_to

)

select * from final
