{#-
    Adds the secondary indexes of the model's config that a table does not have yet, in one go.

    Config: indexes: [{columns: [last_name, first_name], unique: false, name: optional}]

    Arguments: relation.
-#}
{% macro add_declared_indexes(relation) -%}
    {%- set wanted = declared_indexes() -%}
    {%- if wanted -%}
        {%- set found = run_query('show index from ' ~ relation).columns['Key_name'].values() -%}
        {%- set clauses = [] -%}
        {%- for name, index in wanted.items() if name not in found -%}
            {%- do clauses.append(
                'add ' ~ ('unique ' if index.unique else '') ~ 'index ' ~ adapter.quote(name)
                ~ ' (' ~ quoted_list(index.columns) ~ ')'
            ) -%}
        {%- endfor -%}
        {%- if clauses -%}
            {%- do run_query('alter table ' ~ relation ~ ' ' ~ clauses | join(', ')) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
