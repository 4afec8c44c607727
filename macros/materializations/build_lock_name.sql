{#-
    The name of the lock that a build of a relation holds; hashed, as the engine allows 64 characters.

    Arguments: relation.   Example: build_lock_name(this) -> 'build.5d41402abc4b2a76b9719d911017c592'
-#}
{% macro build_lock_name(relation) -%}
    {{ return('build.' ~ local_md5(relation.schema ~ '.' ~ relation.identifier)) }}
{%- endmacro %}
