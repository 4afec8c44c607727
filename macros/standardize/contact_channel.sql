{#-
    The channel that a word of a campaign or touchpoint file names: mail, sms, call or email, or NULL
    for a word that is none.

    Arguments: column (lower case).   Example: contact_channel("type_text") -> 'postcard' gives 'mail'
-#}
{% macro contact_channel(column) -%}
    case
            when {{ column }} in ('mail', 'direct mail', 'letter', 'postcard') then 'mail'
            when {{ column }} in ('sms', 'text', 'texting', 'mms') then 'sms'
            when {{ column }} in ('call', 'phone', 'calls', 'voice', 'dialer') then 'call'
            when {{ column }} in ('email', 'e-mail') then 'email'
        end
{%- endmacro %}
