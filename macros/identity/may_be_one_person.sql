{#-
    The guard: may two records that share a match key be one person? A key alone makes households,
    not persons (measured in docs/identity.md). Never NULL. `--vars '{identity_guard: false}'`
    gives the bare rule of three keys.

    - First names must be compatible, suffixes fit (macro suffixes_fit); birth dates and middle
      initials must not contradict. Then a common mailbox of one's own is enough.
    - A common number of one's own joins where mailboxes allow it (macro own_number_joins).
    - A household's mailbox or number joins those who have no different mailboxes and no different
      numbers of their own, one last name, and no different streets.
    - Name and ZIP, where they are not those of namesakes, join if nothing contradicts and something
      bears it out (macro is_borne_out).
    - Two records without any first name are one only if nothing at all contradicts. A name in another
      script has no key, but is none that is missing: such names have to be the same (told_part).

    Arguments: one, other (aliases with the columns of stg_people), nickname (alias of the left
    join on nickname_pairs), tie (SQL expression: strongest tie, see tie_of_key), own_emails_differ,
    own_phones_differ (SQL expressions, asked only where none of the kind is shared), borne_out (SQL
    expression, asked only where name and ZIP are all they share).
-#}
{% macro may_be_one_person(one, other, nickname, tie, own_emails_differ, own_phones_differ, borne_out) -%}
    {%- if not var('identity_guard', true) -%}
        true
    {%- else -%}
    {%- set nothing_contradicts -%}
        not {{ contradicts(one, other, ['email_1', 'email_2']) }}
        and not {{ contradicts(one, other, ['phone_1', 'phone_2', 'phone_3']) }}
        and not {{ contradicts(one, other, ['street_key']) }}
    {%- endset -%}
    (
        (
            {{ first_names_compatible(one, other, nickname) }}
            and {{ suffixes_fit(one, other, tie) }}
            and not {{ contradicts(one, other, ['birth_date']) }}
            and not {{ contradicts(one, other, ['middle_initial']) }}
            and case {{ tie }}
                when 1 then true
                when 2 then {{ own_number_joins(one, other, own_emails_differ) }}
                when 3 then
                    {{ one }}.last_name_key <=> {{ other }}.last_name_key
                    and not {{ contradicts(one, other, ['street_key']) }}
                    and not {{ own_emails_differ }}
                    and not {{ own_phones_differ }}
                else {{ nothing_contradicts }} and {{ borne_out }}
            end
        )
        or (
            {{ one }}.first_name_key is null
            and {{ other }}.first_name_key is null
            and {{ told_part('first_name', one) }} <=> {{ told_part('first_name', other) }}
            and {{ told_part('last_name', one) }} <=> {{ told_part('last_name', other) }}
            and {{ one }}.company_name <=> {{ other }}.company_name
            and {{ nothing_contradicts }}
        )
    )
    {%- endif -%}
{%- endmacro %}
