{#-
    The guard: may two records that share a match key be one person? A key alone makes households,
    not persons (measured in docs/decisions.md). Never NULL. `--vars '{identity_guard: false}'`
    gives the bare rule of three keys.

    - First names must be compatible, and Jr and Sr must not meet.
    - Sharing only name and ZIP, neither e-mail nor phone may contradict, the streets must not
      differ, middle initials must not conflict and suffixes must agree.
    - Two records without any first name are one only if nothing at all contradicts.

    Arguments: one, other (aliases with the columns of stg_people), nickname (alias of the left
    join on nickname_pairs), key_rank (SQL expression: best rank of the keys shared).
-#}
{% macro may_be_one_person(one, other, nickname, key_rank) -%}
    {%- if not var('identity_guard', true) -%}
        true
    {%- else -%}
    {%- set emails = ['email_1', 'email_2'] -%}
    {%- set phones = ['phone_1', 'phone_2', 'phone_3'] -%}
    {%- set nothing_contradicts -%}
        not {{ contradicts(one, other, emails) }}
        and not {{ contradicts(one, other, phones) }}
        and not {{ contradicts(one, other, ['street_key']) }}
    {%- endset -%}
    (
        (
            {{ first_names_compatible(one, other, nickname) }}
            and not {{ contradicts(one, other, ['name_suffix']) }}
            and (
                {{ key_rank }} < 3
                or (
                    {{ nothing_contradicts }}
                    and not {{ contradicts(one, other, ['middle_initial']) }}
                    and {{ one }}.name_suffix <=> {{ other }}.name_suffix
                )
            )
        )
        or (
            {{ one }}.first_name_key is null
            and {{ other }}.first_name_key is null
            and {{ one }}.last_name_key <=> {{ other }}.last_name_key
            and {{ one }}.company_name <=> {{ other }}.company_name
            and {{ nothing_contradicts }}
        )
    )
    {%- endif -%}
{%- endmacro %}
