{#-
    Requests not to be contacted that outcomes of contacts and statuses of people tell of, and those
    that a request of a file makes beside its first, by the rows of seed request_statements that held
    when they were said. A view, so that a rule that somebody flips counts for what was said before,
    from the moment on since when we go by it. The same request in two files has one request_id.
    Grain: one row per record, contact point of it, statement and version of its rule.
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
            sha2(concat(
                if(statements.source = 'opt_outs', '', statements.record_id),
                hex(statements.content_hash)
            ), 256), 15
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
        if(statements.source = 'opt_outs', statements.reason, statements.statement) as reason,
        rules.citation,
        rules.enforcement,
        statements.opted_out_at,
        statements.known_at as told_at,
        greatest(statements.known_at, rules.known_at) as known_at,
        rules.known_until
    from statements
    inner join rules
        on
            statements.source = rules.source
            and statements.statement = rules.statement
            and date(statements.opted_out_at) between rules.valid_from and rules.valid_to
            and statements.known_at < rules.known_until

)

select * from final
