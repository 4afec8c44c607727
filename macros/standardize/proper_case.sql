{#-
    A name in upper and lower case. Text that already mixes both stays as it is (MacDonald, de
    Souza);
    text of one case gets a capital at each word, after hyphens, apostrophes and dots and after Mc;
    particles inside stay small (van der Berg).

    MySQL has no initcap and no replacement by captured group: each letter behind a mark is
    replaced.

    Arguments: expression (cleaned), has_particles (false for places: North Las Vegas), tested (the
    column behind an expression that costs something: its case is looked at instead).
    Example:   proper_case("'MCDONALD-O''BRIEN'") -> 'McDonald-O''Brien'
-#}
{% macro proper_case(expression, has_particles=true, tested=none) -%}
    {%- set tested = tested or expression -%}
    {%- set letters = 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïñòóôõöøùúûüýþšžłđčćśźżőűğş' -%}
    {%- set particles = regex_alternation(seed_values(
        'name_particles', 'particle', "is_lower_case = '1'"
    )) -%}
    {%- set marked -%}
        concat('~', replace(replace(replace(replace(
            lower({{ expression }}), ' ', ' ~'), '-', '-~'), '''', '''~'), '.', '.~'))
    {%- endset -%}
    {%- set mc = '~mc(?=[^ aeiou]|[aeiou][a-z]{3})' -%}
    {%- set small = '(?<=[^ ] )~(?=' ~ particles ~ ' )' -%}
    case
        when {{ tested }} <> upper({{ tested }}) and {{ tested }} <> lower({{ tested }})
            then {{ expression }}
        when {{ tested }} not regexp '[ ''.-]|^[Mm][Cc]'
            then concat(upper(left({{ expression }}, 1)), lower(substr({{ expression }}, 2)))
        else replace({% for letter in letters %}replace({% endfor %}
            regexp_replace(
                regexp_replace({{ marked }}, '{{ mc }}', '~mc~'),
                '{{ small if has_particles else "(?!)" }}',
                ''
            )
            {%- for letter in letters %}, '~{{ letter }}', '{{ letter | upper }}'){% endfor -%}
        , '~', '')
    end
{%- endmacro %}
