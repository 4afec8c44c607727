{#-
    A 32-byte digest of several columns: equal for rows that say the same, NULL told apart from ''.

    Arguments: columns (list of SQL expressions).
    Example:   content_hash(['phone_e164', 'channel']) -> unhex(sha2(concat_ws(char(31), …), 256))
-#}
{% macro content_hash(columns) -%}
    unhex(sha2(concat_ws(char(31 using utf8mb4)
    {%- for column in columns -%}
        , coalesce(cast({{ column }} as char), char(30 using utf8mb4))
    {%- endfor -%}
    ), 256))
{%- endmacro %}
