{#-
    A street line with one form for boxes, rural routes and numbered roads, in the spelling of USPS
    Publication 28 (seed usps_street_phrases). Nearly no street holds such a phrase: one look tells,
    and only where it finds one all of them are replaced. Before that, who takes the mail in (C/O JOHN
    SMITH) is taken out, up to the house number or box, and an urbanization behind the street is put before it.

    Arguments: line (a column, see street_line).
    Example:   street_phrases('line') -> '12 ST RT 9' gives '12 STATE ROUTE 9'
    Source: USPS Publication 28, sections 214 (attention line), 24 (rural route), 28 (PO box), 292
    (urbanization), appendix F.
-#}
{% macro street_phrases(line) -%}
    {%- set phrases = seed_values(
        'usps_street_phrases', "concat(pattern, '=>', replacement)"
    ) -%}
    {%- set taker = '(?:(?:C/O|CARE OF|ATTN)(?![A-Z])|%(?= ?[A-Z]))' -%}
    {%- set care_of = '^(?:' ~ taker ~ '|ATTENTION(?![A-Z]))[^0-9]*?(?=[0-9]|P ?O ?BOX|POST OFFICE|RURAL |$)| +'
        ~ taker ~ '[^0-9]*?(?= (?:APT|APARTMENT|STE|SUITE|UNIT|#) *[0-9A-Z-]+$|$)' -%}
    {%- set area_behind = ' +URB(?:ANIZ[A-ZÓ]*)? [^0-9]+$' -%}
    {%- set patterns = [care_of, area_behind] -%}
    {%- for phrase in phrases -%}{%- do patterns.append(phrase.split('=>')[0]) -%}{%- endfor -%}
    case
        when {{ line }} not regexp '{{ patterns | join("|") if patterns else "(?!)" }}' then {{ line }}
        else {% for phrase in phrases %}regexp_replace({% endfor -%}
            concat_ws(
                ' ',
                nullif(trim(regexp_substr({{ line }}, '{{ area_behind }}')), ''),
                nullif(regexp_replace({{ line }}, '{{ care_of }}|{{ area_behind }}', ''), '')
            )
            {%- for phrase in phrases -%}
            , '{{ phrase.split("=>")[0] }}', '{{ phrase.split("=>")[1] }}')
            {%- endfor %}
    end
{%- endmacro %}
