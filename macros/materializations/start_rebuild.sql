{#-
    First step of a rebuild: locks the relation against other builds and clears leftovers.

    Returns: the relation to build, {name}__new.
-#}
{% macro start_rebuild() -%}
    {%- do take_build_lock(this) -%}
    {%- do drop_leftovers(this) -%}
    {{ return(this.incorporate(path={'identifier': this.identifier ~ '__new'}, type='table')) }}
{%- endmacro %}
