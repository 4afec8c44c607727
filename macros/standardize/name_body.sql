{#-
    A full name without titles, suffixes and nicknames in quotes or brackets, and of two persons the
    first: 'Mr. and Mrs. John Smith Jr.' and 'John & Mary Smith' give 'John Smith'.

    Arguments: expression (cleaned).   Example: name_body("'SMITH, DR. JOHN A., III'") -> 'SMITH,
    JOHN A.'
-#}
{% macro name_body(expression) -%}
    {%- set pair = name_pair_pattern() -%}
    {%- set nickname = '[("“][^)"”]*[)"”]' -%}
    {%- set family = ' ' ~ name_particles_pattern() ~ '[^ ]+$' -%}
    regexp_replace(
        case
            when {{ expression }} regexp '{{ fifth_pattern() }}'
                then left({{ expression }}, char_length({{ expression }}) - 2)
            when {{ expression }} not regexp '(?i){{ pair }}' then {{ expression }}
            when regexp_replace({{ expression }}, '{{ name_affix_pattern() }}', '')
                regexp '(?i)^[^ ,]+(?: [a-z][.]?)?{{ pair }}[^ ]+(?: [a-z][.]?)?{{ family }}'
                then regexp_replace(
                    regexp_replace({{ expression }}, '{{ name_affix_pattern() }}', ''),
                    '(?i){{ pair }}.*?(?={{ family }})', ''
                )
            else regexp_replace(
                regexp_replace({{ expression }}, '{{ name_affix_pattern() }}', ''),
                '(?i){{ pair }}.*$', ''
            )
        end,
        '{{ name_affix_pattern() }}|^{{ nickname }} *| *{{ nickname }}| +$',
        ''
    )
{%- endmacro %}
