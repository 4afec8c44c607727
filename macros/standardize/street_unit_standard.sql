{#-
    A secondary unit with its designator in the postal spelling: ' APARTMENT 4' gives 'APT 4',
    ' #54' gives '# 54' (the form of Publication 28 where the designator is not known).

    Arguments: unit_text (see street_unit), unit_word (its first word), abbreviation (of that word
    in the seed usps_unit_designators).
    Source: USPS Publication 28, section 213.
-#}
{% macro street_unit_standard(unit_text, unit_word, abbreviation) -%}
    nullif(case
        when {{ unit_text }} regexp '^ [0-9]+(?:ST|ND|RD|TH) '
            then concat('FL ', regexp_substr({{ unit_text }}, '[0-9]+'))
        when {{ abbreviation }} is not null
            then concat({{ abbreviation }}, trim(trailing ' ' from concat(' ', trim(regexp_replace(
                substr({{ unit_text }}, char_length({{ unit_word }}) + 2), '[ #]+', ' '
            )))))
        else trim(regexp_replace({{ unit_text }}, ' *# *', '# '))
    end, '')
{%- endmacro %}
