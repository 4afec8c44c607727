{#-
    Whether a request not to be contacted is lifted: by a consent for just this channel and contact
    point, given after the request, known and not expired at the moment.

    Arguments: request (alias), column (phone_e164, email or address), value (the contact point), channel, at
               (SQL expressions).
-#}
{% macro is_lifted(request, column, value, channel, at) -%}
    exists (
        select 1
        from {{ ref('stg_consents') }} as consents
        where
            consents.{{ column }} = {{ value }}
            {#- Where hardly any consent has a mailbox, MySQL would not use its index without this. #}
            and consents.{{ column }} > ''
            and consents.kind = 'consent'
            and consents.channel = {{ channel }}
            and consents.happened_at > {{ last_moment_of_request(request ~ '.opted_out_at') }}
            and {{ is_in_force('consents', at, "''") }}
    )
{%- endmacro %}
