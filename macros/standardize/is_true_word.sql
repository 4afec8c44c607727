{#-
    1 for a word that means yes (true, yes, y, 1, verified, …), else 0; never NULL.

    Arguments: column (cleaned).   Example: is_true_word("email_verified")
-#}
{% macro is_true_word(column) -%}
    coalesce(lower({{ column }}) in ('1', 'y', 'yes', 't', 'true', 'verified', 'valid', 'x', 'on'), 0)
{%- endmacro %}
