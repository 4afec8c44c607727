{#-
    dbt.hash for MySQL: SHA-256 in 64 hexadecimal digits; md5 and sha1 are gone from MySQL 9.6.

    Never NULL: a NULL hashes like a lone record separator (character 30), so it is told apart from ''.

    Arguments: field (SQL expression).
    Example:   dbt.hash('email') -> sha2(coalesce(cast(email as char), char(30 using utf8mb4)), 256)
-#}
{% macro mysql__hash(field) -%}
    sha2(coalesce(cast({{ field }} as {{ dbt.type_string() }}), char(30 using utf8mb4)), 256)
{%- endmacro %}
