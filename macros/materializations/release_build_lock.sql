{#-
    Gives back the lock of take_build_lock; a session that ends gives it back by itself.

    Arguments: relation.   Example: {% do release_build_lock(this) %}
-#}
{% macro release_build_lock(relation) -%}
    {%- do run_query("select release_lock('" ~ build_lock_name(relation) ~ "')") -%}
{%- endmacro %}
