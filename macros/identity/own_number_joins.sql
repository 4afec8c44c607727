{#-
    True if a common number that nobody else has makes two records one person's: they have no different
    mailboxes of their own, unless each has another number as well. Different mailboxes don't count where
    name and ZIP are the same and the house isn't: in one house father and son share a number. Never NULL.

    Arguments: one, other (aliases with the columns of stg_people), own_emails_differ (SQL
    expression).
-#}
{% macro own_number_joins(one, other, own_emails_differ) -%}
    {%- set phones = ['phone_1', 'phone_2', 'phone_3'] -%}
    (
        (
            not {{ own_emails_differ }}
            and not ({{ lacks_some(one, other, phones) }} and {{ lacks_some(other, one, phones) }})
        )
        or (
            {{ contradicts(one, other, ['email_1', 'email_2']) }}
            and ({{ one }}.name_zip_key = {{ other }}.name_zip_key) is true
            and ({{ one }}.street_key = {{ other }}.street_key) is not true
        )
    )
{%- endmacro %}
