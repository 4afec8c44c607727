{#-
    The kind of line a source names, as mobile, landline, voip or unknown; unknown where it says
    nothing usable (`work` and `home` say where a telephone is, not what it is).

    Arguments: type_column (the source's word).
    Example:   phone_type("phone_1_type") -> 'Cell' gives 'mobile'
-#}
{% macro phone_type(type_column) -%}
    case
        when {{ type_column }} is null then 'unknown'
        when lower({{ type_column }}) regexp 'mobil|cell|wireless' then 'mobile'
        when lower({{ type_column }}) regexp 'land|fixed|wireline' then 'landline'
        when lower({{ type_column }}) regexp 'voip|internet' then 'voip'
        else 'unknown'
    end
{%- endmacro %}
