{#-
    A street line with one form for boxes, rural routes and numbered roads, in the spelling of USPS
    Publication 28 (seed usps_street_phrases). Nearly no street holds such a phrase: one look tells,
    and only where it finds one all of them are replaced.

    Arguments: line (a column, see street_line).
    Example:   street_phrases('line') -> '12 ST RT 9' gives '12 STATE ROUTE 9'
    Source: USPS Publication 28, sections 24 (rural route), 28 (PO box), appendix F.
-#}
{% macro street_phrases(line) -%}
    {%- set phrases = seed_values(
        'usps_street_phrases', "concat(pattern, '=>', replacement)"
    ) -%}
    {%- set patterns = [] -%}
    {%- for phrase in phrases -%}{%- do patterns.append(phrase.split('=>')[0]) -%}{%- endfor -%}
    case
        when {{ line }} not regexp '{{ patterns | join("|") if patterns else "(?!)" }}' then {{ line }}
        else {% for phrase in phrases %}regexp_replace({% endfor -%}
            {{ line }}
            {%- for phrase in phrases -%}
            , '{{ phrase.split("=>")[0] }}', '{{ phrase.split("=>")[1] }}')
            {%- endfor %}
    end
{%- endmacro %}
