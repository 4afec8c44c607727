{#-
    Two street fields as one line: upper case, no punctuation but the dot of a number (39.2).
    A care-of line is left out; a firm's name before a line that starts with the house number too, but
    not an urbanization, which tells streets of one name and ZIP apart in Puerto Rico. Macro
    street_phrases does the rest.

    Arguments: street_1, street_2 (raw columns).
    Example:   street_line("'P.O. Box 12'", "null") -> 'PO BOX 12'
    Source: USPS Publication 28, sections 214 (attention line), 23 (street), 292 (urbanization).
-#}
{% macro street_line(street_1, street_2) -%}
    {%- set care_of -%} '(?i)^ *(?:c/o|care of|attn|attention)[ :.]' {%- endset -%}
    {%- set space = '[\\\\x{0000}-\\\\x{0020}\\\\x{007F}-\\\\x{00A0}\\\\x{2000}-\\\\x{200F}\\\\x{3000},;:()"’]+' -%}
    {%- set line -%}
        case
            when {{ is_blank(street_2) }} or (
                {{ street_2 }} regexp {{ care_of }}
                and ({{ street_1 }} regexp '[0-9]' or {{ street_2 }} not regexp '[0-9]')
            )
                then case when not {{ is_blank(street_1) }} then {{ street_1 }} end
            when {{ is_blank(street_1) }}
                or (
                    {{ street_1 }} regexp {{ care_of }}
                    and ({{ street_1 }} not regexp '[0-9]' or {{ street_2 }} regexp '^ *[0-9]+ ')
                )
                or (
                    {{ street_1 }} regexp '^[^0-9]+$' and {{ street_2 }} regexp '^ *[0-9]+ '
                    and {{ street_1 }} not regexp '(?i)^ *urb(?:[.]|aniz[a-zó]*[.]?)? '
                )
                then {{ street_2 }}
            else concat({{ street_1 }}, ' ', {{ street_2 }})
        end
    {%- endset -%}
    trim(regexp_replace(
        replace(replace(upper(
            case
                when locate('.', concat_ws('', {{ street_1 }}, {{ street_2 }})) = 0 then {{ line }}
                else regexp_replace({{ line }}, '(?<![0-9])[.]|[.](?![0-9])', '')
            end
        ), '½', ' 1/2'), '''', ''),
        '{{ space }}',
        ' '
    ))
{%- endmacro %}
