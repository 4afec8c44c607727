{#-
    How strong a tie a shared match key is: 1 an e-mail of one's own, 2 a phone of one's own, 3 a
    household's e-mail or phone, 4 first + last + ZIP. Keys that join nobody are left
    out before (macro joins_somebody).

    Arguments: key_rank (SQL expression), shared_key (alias of the left join on shared_keys).
-#}
{% macro tie_of_key(key_rank, shared_key) -%}
    case
        when {{ key_rank }} = 3 then 4
        when {{ shared_key }}.key_hash is not null then 3
        else {{ key_rank }}
    end
{%- endmacro %}
