{#-
    Every mailbox and number in fields that may name several, as CTEs of which the last, named_points,
    has one row per record, field and part of it, however many: email or phone_e164, is_further unless
    it is what is taken of the whole field, is_unread where the part may name one that was not seen.

    Arguments: records (list of: name of a CTE with record_id, its columns of mailboxes, of numbers),
               keep (columns of the CTEs that rows carry on).
    Example:   {{ named_points([('raw_opt_outs', ['email'], ['phone'])]) }},
-#}
{% macro named_points(records, keep=[]) -%}
{{ fields_with_several(records, keep) }},

parts as (

    select
        several.*,
        piece.part_number,
        piece.piece_text,
        lead(piece_text) over (partition by record_id, field order by part_number) as next_text
    from fields_with_several as several
    cross join {{ json_pieces(
        'if(is_mailbox, ' ~ mailboxes_apart('field_text') ~ ', ' ~ numbers_apart('field_text') ~ ')'
    ) }} as piece

),

part_texts as (

    select
        parts.*,
        case when is_mailbox and next_text is not null
            then {{ mailbox_around('piece_text', 'next_text', 'part_number = 1') }}
        end as mailbox,
        case when not is_mailbox then piece_text end as number,
        case when is_mailbox then field_text end as mailbox_text,
        case when not is_mailbox then field_text end as number_text
    from parts
    {{ at_once() }}

),

points_found as (

    select
        part_texts.*,
        {{ standardize_email('mailbox') }} as email,
        {{ phone_in_text('number') }} as phone_found,
        {{ standardize_email('mailbox_text') }} as taken_mailbox,
        {{ settled_phone('number_text') }} as taken_number
    from part_texts
    where coalesce(mailbox, number) is not null
    {{ at_once() }}

),

named_points as (

    {{ points_of_parts('points_found') }}

)
{%- endmacro %}
