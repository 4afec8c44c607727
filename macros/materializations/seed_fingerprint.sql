{#-
    A digest of all that decides what a seed's table looks like, kept as the table's comment; none for
    files over 1 MB, whose content dbt does not hash.

    Example: seed_fingerprint() -> 'seed 5d41402abc4b2a76b9719d911017c592'
-#}
{% macro seed_fingerprint() -%}
    {%- if model.checksum.name != 'sha256' -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set of = [
        model.checksum.checksum, config.get('column_types'), config.get('primary_key'),
        config.get('indexes'), config.get('delimiter')
    ] -%}
    {%- set versions = ['keeps versions'] if config.get('keep_versions') else [] -%}
    {{ return('seed ' ~ local_md5(tojson(of + versions))) }}
{%- endmacro %}
