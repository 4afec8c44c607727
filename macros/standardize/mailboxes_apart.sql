{#-
    A text that may hold several mailboxes, cut at each @, as a list in JSON. Which part of a piece
    belongs to which mailbox, macro mailbox_around says.

    Arguments: column.   Example: mailboxes_apart("email") -> 'A@example.com; b@example.com' gives
    ["a","example.com; b","example.com"]
-#}
{% macro mailboxes_apart(column) -%}
    concat('["', replace({{ json_words(column) }}, '@', '","'), '"]')
{%- endmacro %}
