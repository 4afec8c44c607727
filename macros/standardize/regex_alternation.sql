{#-
    A list of words as one group of a regular expression that both regex engines read alike. An
    empty list gives a group that never matches. A space in a word matches one space.

    Arguments: values (list of strings).
    Example:   regex_alternation(['test@test.com', 'jr']) -> (?:test@test[.]com|jr)
-#}
{% macro regex_alternation(values) -%}
    {%- set escaped = [] -%}
    {%- for value in values -%}
        {%- do escaped.append(
            value | replace(".", "[.]") | replace("+", "[+]") | replace("'", "''")
        ) -%}
    {%- endfor -%}
    {%- if escaped -%} (?:{{ escaped | join('|') }}) {%- else -%} (?!) {%- endif -%}
{%- endmacro %}
