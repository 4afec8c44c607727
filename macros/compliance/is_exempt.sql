{#-
    Whether a business relationship or a consent of a number exempts it from registries at a moment.
    A request not to be contacted, made on or after the day it began, ends it.

    Arguments: point (alias), at (SQL expression), kinds (of stg_consents), channel (SQL expression;
               a consent is for one channel, a relationship for calls and texts).
-#}
{% macro is_exempt(point, at, kinds, channel) -%}
    exists (
        select 1
        from {{ ref('stg_consents') }} as exemptions
        where
            exemptions.phone_e164 = {{ point }}.contact_value
            and exemptions.kind in ({{ sql_list(kinds) }})
            and coalesce(exemptions.channel, {{ channel }}) = {{ channel }}
            and {{ is_in_force('exemptions', at, point ~ '.area_state') }}
            {%- for relation in [ref('stg_opt_outs'), ref('stg_opt_out_requests')] %}
            and not exists (
                select 1
                from {{ relation }} as requests
                where
                    requests.phone_e164 = {{ point }}.contact_value
                    and requests.channel in ('call', 'sms', 'all')
                    and requests.known_at <= {{ at }}
                    and requests.opted_out_at >= exemptions.happened_at
            )
            {%- endfor %}
    )
{%- endmacro %}
