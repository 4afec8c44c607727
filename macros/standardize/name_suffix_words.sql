{#-
    The suffixes and degrees of names as one group of a regular expression, each also with dots
    between its letters (Ph.D., M.D.).

    Arguments: where (SQL condition on the seed).   Example: name_suffix_words("kind =
    'generational'")
    Source: seed name_suffixes
-#}
{% macro name_suffix_words(where="kind <> 'last_word'") -%}
    {%- set words = [] -%}
    {%- for suffix in seed_values('name_suffixes', 'suffix', where) -%}
        {%- do words.append(suffix | list | join('[.]?')) -%}
    {%- endfor -%}
    {{ '(?:' ~ words | join('|') ~ ')' if words else '(?!)' }}
{%- endmacro %}
