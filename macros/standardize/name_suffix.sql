{#-
    The generational suffix in a full name (JR, SR, II, III, IV, V …), or NULL. Degrees and
    professions are not kept: they do not tell father from son. A last V counts only without a
    comma.

    Arguments: expression (a name with its suffix).
    Example:   name_suffix("'Smith Jr., John'") -> 'JR'
    Source: seed name_suffixes, kind generational
-#}
{% macro name_suffix(expression) -%}
    {%- set words = name_suffix_words("kind = 'generational'") -%}
    {%- set found -%}
        regexp_substr(
            {{ expression }},
            '(?i)(?<=[^ ,])[ ,]+{{ words }}(?=[.]?(?:[ ,]+{{ name_suffix_words() }}[.]?)*(?:$|,))'
        )
    {%- endset -%}
    coalesce(
        {{ seed_lookup(
            "lower(regexp_replace(" ~ found ~ ", '[ ,.]+', ''))",
            'name_suffixes', 'suffix', 'standard'
        ) }},
        case when {{ expression }} regexp '{{ fifth_pattern() }}' then 'V' end
    )
{%- endmacro %}
