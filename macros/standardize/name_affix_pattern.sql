{#-
    A regular expression for what stands around a full name and is no part of it: titles at its
    start
    or after the comma of `Last, First` (Mr. and Mrs., Dr.), suffixes and degrees at its end or
    before
    that comma (Jr., III, MD). Without regard to case; to be removed by regexp_replace.

    Example: regexp_replace(name, '{{ name_affix_pattern() }}', '')
    Source: seeds name_prefixes, name_suffixes.
-#}
{% macro name_affix_pattern() -%}
    {%- set first_words = regex_alternation(seed_values('name_prefixes', 'prefix')) -%}
    {%- set prefixes = regex_alternation(
        seed_values('name_prefixes', 'prefix', "kind <> 'leading'")
    ) -%}
    {%- set suffixes = name_suffix_words() -%}
    (?i)^(?:{{ first_words }}[.]? +(?:(?:and|&) +)?)+(?=[^ ])
    {#- #}|(?<=,)(?: *{{ prefixes }}[.]? +)+(?=[^ ])
    {#- #}|[ ,]+{{ suffixes }}[.]?(?=(?:[ ,]+{{ suffixes }}[.]?)*(?:$|,))
{%- endmacro %}
