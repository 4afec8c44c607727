{#-
    Whether a business relationship or a consent of a number exempts it from a do-not-call list at a
    moment: the list is one that such a fact exempts from, the fact is in force, and no request not to
    be contacted was made on or after the day it began.

    Arguments: point (alias), at (SQL expression), fact (alias of stg_consents), policy (alias of
               dnc_list_policies), channel (SQL expression; a consent is for one channel, a
               relationship for calls and texts).
-#}
{% macro is_exempt(point, at, fact, policy, channel) -%}
    case {{ fact }}.kind
        when 'consent' then {{ policy }}.is_lifted_by_consent
        when 'purchase' then {{ policy }}.is_lifted_by_relationship
        when 'inquiry' then {{ policy }}.is_lifted_by_relationship
    end = 1
            and coalesce({{ fact }}.channel, {{ channel }}) = {{ channel }}
            and {{ is_in_force(fact, at, point ~ '.area_state') }}
            {%- for relation, kind, column, does in opt_out_sources() if kind == 'phone' %}
            and not exists (
                select 1
                from {{ relation }} as requests
                where
                    requests.phone_e164 = {{ fact }}.phone_e164
                    and requests.channel in ('call', 'sms', 'all')
                    {%- if does %}
                    and {{ does }} = 'enforce'
                    {%- endif %}
                    and {{ is_asked(does, at) }}
                    and {{ last_moment_of_request('requests.opted_out_at') }} >= {{ fact }}.happened_at
            )
            {%- endfor %}
{%- endmacro %}
