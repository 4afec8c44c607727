{#-
    The text of the mailbox around an @ of a text that was cut at each @: the end of the piece before
    it and the beginning of the piece behind it. A piece between two begins with the domain of the
    mailbox before; a sign right behind that, such as a slash, only holds the two apart.

    Arguments: before, behind, is_first (SQL expressions: the pieces, and whether nothing is before).
    Example:   mailbox_around("'example.com; b'", "'example.org'", 0) -> 'b@example.org'
-#}
{% macro mailbox_around(before, behind, is_first) -%}
    {%- set apart = '@ ;,|<>()\\\\[\\\\]:?' -%}
    {%- set domain = '[^' ~ apart ~ "/&=#''!*+$%^`{}~]+" -%}
    {%- set signs = "[/&=#''!*+$%^`{}~-]*" -%}
    concat(
        regexp_replace(
            coalesce(regexp_substr(
                if({{ is_first }}, {{ before }}, regexp_replace({{ before }}, '^{{ domain ~ signs }}', '')),
                '[^{{ apart }}]+$'
            ), ''),
            '^{{ signs }}',
            ''
        ),
        '@',
        coalesce(regexp_substr({{ behind }}, '^{{ domain }}'), '')
    )
{%- endmacro %}
