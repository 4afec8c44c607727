{#-
    The form of an e-mail address by which mailboxes are compared: without a plus tag, without
    dots where the provider ignores them (seed mailbox_folding, which also names the domain that
    other names of it stand for), with accents folded before the @ (a letter with its accent is
    written in two ways that look alike) and the domain in letters (macro unicode_domain). The address itself
    keeps all that.

    Arguments: column (a standardized address).
    Example:   email_key('email') -> 'ann+shop@example.com' gives 'ann@example.com'
    Source: RFC 5233 (subaddress); the provider's help on dots in addresses.
-#}
{% macro email_key(column) -%}
    {%- set pairs = seed_values('mailbox_folding', "concat(domain, '=>', folded_domain)") -%}
    {%- set local_part -%} substring_index({{ column }}, '@', 1) {%- endset -%}
    {%- set untagged -%}
        if(locate('+', {{ column }}) = 0, {{ local_part }}, regexp_replace({{ local_part }}, '(?<=.)[+].*$', ''))
    {%- endset -%}
    {%- set mailbox -%}
        if(length({{ column }}) = char_length({{ column }}), {{ untagged }}, {{ fold_accents(untagged) }})
    {%- endset -%}
    {%- set domain -%} substring_index({{ column }}, '@', -1) {%- endset -%}
    case {{ domain }}
        {%- for pair in pairs %}
        when '{{ pair.split("=>")[0] }}'
            then concat(replace({{ mailbox }}, '.', ''), '@{{ pair.split("=>")[1] }}')
        {%- endfor %}
        else concat({{ mailbox }}, '@', {{ unicode_domain(domain) }})
    end
{%- endmacro %}
