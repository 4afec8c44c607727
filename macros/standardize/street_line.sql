{#-
    Two street fields as one line in the spelling of USPS Publication 28: upper case, no
    punctuation, one form for boxes, rural routes and numbered roads (seed usps_street_phrases).
    A care-of line is left out; a firm's name before a line that starts with the house number too.

    Arguments: street_1, street_2 (raw columns).
    Example:   street_line("'P.O. Box 12'", "null") -> 'PO BOX 12'
    Source: USPS Publication 28, sections 23 (street), 24 (rural route), 28 (PO box), appendix F.
-#}
{% macro street_line(street_1, street_2) -%}
    {%- set care_of -%} '(?i)^ *(?:c/o|care of|attn|attention)[ :.]' {%- endset -%}
    {%- set space = '[\\\\x{0000}-\\\\x{0020}\\\\x{007F}-\\\\x{00A0}\\\\x{2000}-\\\\x{200F}\\\\x{3000},;:()"’]+' -%}
    {%- set phrases = seed_values(
        'usps_street_phrases', "concat(pattern, '=>', replacement)"
    ) -%}
    {%- for phrase in phrases %}regexp_replace({% endfor -%}
    trim(regexp_replace(
        replace(replace(upper(
            case
                when {{ is_blank(street_2) }} or {{ street_2 }} regexp {{ care_of }}
                    then case when not {{ is_blank(street_1) }} then {{ street_1 }} end
                when {{ is_blank(street_1) }} or {{ street_1 }} regexp {{ care_of }}
                    or ({{ street_1 }} regexp '^[^0-9]+$' and {{ street_2 }} regexp '^ *[0-9]+ ')
                    then {{ street_2 }}
                else concat({{ street_1 }}, ' ', {{ street_2 }})
            end
        ), '.', ''), '''', ''),
        '{{ space }}',
        ' '
    ))
    {%- for phrase in phrases -%}
        , '{{ phrase.split("=>")[0] }}', '{{ phrase.split("=>")[1] }}')
    {%- endfor %}
{%- endmacro %}
