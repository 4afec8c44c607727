{#-
    A match key as 64 bits: the first 16 hex digits of its SHA-256. Two different keys that share
    them (once in 10^10 pairs of keys at 84 million people) still have to pass the guard.

    Arguments: kind (literal: one letter), value (SQL expression).
    Example:   match_key_hash('e', 'email_1')
-#}
{% macro match_key_hash(kind, value) -%}
    cast(conv(left(sha2(concat('{{ kind }}|', {{ value }}), 256), 16), 16, 10) as unsigned)
{%- endmacro %}
