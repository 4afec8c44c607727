{#-
    The form of an e-mail address by which mailboxes are compared: without a plus tag, and without
    dots where the provider ignores them (seed mailbox_folding, which also names the domain that
    other names of it stand for). The address itself keeps both.

    Arguments: column (a standardized address).
    Example:   email_key('email') -> 'ann+shop@example.com' gives 'ann@example.com'
    Source: RFC 5233 (subaddress); the provider's help on dots in addresses.
-#}
{% macro email_key(column) -%}
    {%- set pairs = seed_values('mailbox_folding', "concat(domain, '=>', folded_domain)") -%}
    {%- set local_part -%} substring_index({{ column }}, '@', 1) {%- endset -%}
    {%- set mailbox -%}
        if(locate('+', {{ column }}) = 0, {{ local_part }}, regexp_replace({{ local_part }}, '(?<=.)[+].*$', ''))
    {%- endset -%}
    {%- set domain -%} substring_index({{ column }}, '@', -1) {%- endset -%}
    case {{ domain }}
        {%- for pair in pairs %}
        when '{{ pair.split("=>")[0] }}'
            then concat(replace({{ mailbox }}, '.', ''), '@{{ pair.split("=>")[1] }}')
        {%- endfor %}
        else concat({{ mailbox }}, '@', {{ domain }})
    end
{%- endmacro %}
