{#-
    True for types whose equality depends on a collation, so that equal is not the same to the byte.

    Arguments: data_type.   Example: is_text_type('varchar(100)') -> true
-#}
{% macro is_text_type(data_type) -%}
    {%- set name = modules.re.split('[^a-z]', data_type | lower | trim)[0] -%}
    {{ return(name in (
        'char', 'varchar', 'character', 'nchar', 'nvarchar', 'national', 'long', 'tinytext', 'text',
        'mediumtext', 'longtext', 'enum', 'set', 'json'
    )) }}
{%- endmacro %}
