{#-
    True if two first names can be one person's: equal, one the other's nickname, an initial of the
    other, or first and last name swapped. A missing first name is compatible with nothing.

    Arguments: one, other (aliases with the columns of stg_people), nickname (alias of the left
    join on nickname_pairs).   Example: first_names_compatible('one', 'other', 'nickname')
-#}
{% macro first_names_compatible(one, other, nickname) -%}
    (
        ({{ one }}.first_name_key = {{ other }}.first_name_key) is true
        or {{ nickname }}.first_name_key is not null
        or (
            least(char_length({{ one }}.first_name_key), char_length({{ other }}.first_name_key)) = 1
            and left({{ one }}.first_name_key, 1) = left({{ other }}.first_name_key, 1)
        ) is true
        or (
            {{ one }}.first_name_key = {{ other }}.last_name_key
            and {{ one }}.last_name_key = {{ other }}.first_name_key
        ) is true
    )
{%- endmacro %}
