{#-
    The one place that decides whether a contact point may be used on a channel: every reason
    against it, as a comma list of codes; empty means allowed. Unknown facts count against.

    - OPT_OUT: a request on this contact point. Calls and texts revoke each other (47 CFR 64.1200).
    - PERSON_OPT_OUT: the golden person asked for it at another contact point.
    - DNC_LISTED: on a do-not-call list; texts are treated as calls.
    - REGISTRY_NOT_CURRENT: no list, or the newest copy is over 31 days old (16 CFR 310.4(b)(3)).
    - FREQUENCY_CAP: a cap of seed frequency_caps is used up.
    - FOREIGN_NUMBER: rules of other countries are not known here.
    - LANDLINE: cannot take texts.
    - INCOMPLETE_ADDRESS: mail would not arrive.

    Expects the columns of int_golden_contacts.
-#}
{% macro contact_reasons() -%}
    concat_ws(
        ',',
        case when has_contact_opt_out = 1 then 'OPT_OUT' end,
        case when has_contact_opt_out = 0 and has_person_opt_out = 1 then 'PERSON_OPT_OUT' end,
        case when channel in ('call', 'sms') and is_dnc_listed = 1 then 'DNC_LISTED' end,
        case
            when channel in ('call', 'sms') and coalesce(registry_age_days > 31, true)
                then 'REGISTRY_NOT_CURRENT'
        end,
        case when is_cap_reached = 1 then 'FREQUENCY_CAP' end,
        case when contact_kind = 'phone' and is_foreign = 1 then 'FOREIGN_NUMBER' end,
        case when channel = 'sms' and phone_type = 'landline' then 'LANDLINE' end,
        case when channel = 'mail' and is_complete_address = 0 then 'INCOMPLETE_ADDRESS' end
    )
{%- endmacro %}
