{#-
    The texts of a list in JSON, each in a row, as a relation with part_number and piece_text.

    Arguments: list (SQL expression).
    Example:   cross join {{ json_pieces("several.pieces") }} as piece
-#}
{% macro json_pieces(list) -%}
    json_table({{ list }}, '$[*]' columns (
        part_number for ordinality,
        piece_text text character set utf8mb4 collate utf8mb4_bin path '$'
    ))
{%- endmacro %}
