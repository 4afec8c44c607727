{#-
    The title before a name (Mr, Mrs, Dr, Capt …), or NULL; of two titles the first. `Sr` is one only at
    the very start (señor), else a suffix.

    Arguments: expression (a name with its title).   Example: name_prefix("'DR. Ann Lee'") -> 'Dr'
    Source: seed name_prefixes
-#}
{% macro name_prefix(expression) -%}
    {%- set prefixes = regex_alternation(
        seed_values('name_prefixes', 'prefix', "kind <> 'leading'")
    ) -%}
    {%- set leading = regex_alternation(seed_values('name_prefixes', 'prefix', "kind = 'leading'")) -%}
    {{ seed_lookup(
        "lower(trim(regexp_substr(" ~ expression ~ ", '(?i)(?:^" ~ leading ~ "|(?<![^ ,])" ~ prefixes
        ~ ")(?=[.]? )')))",
        'name_prefixes', 'prefix', 'standard'
    ) }}
{%- endmacro %}
