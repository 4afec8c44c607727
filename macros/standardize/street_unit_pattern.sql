{#-
    A regular expression for the secondary units at the end of a street line, each with the space
    before it: designators of Publication 28 with an identifier (APT 4, BLDG 3 STE 200, # 12, 2ND
    FLOOR) and those that stand alone (REAR). Never the box of a PO box or rural route.

    Source: USPS Publication 28, section 213 and appendix C2; seed usps_unit_designators.
-#}
{% macro street_unit_pattern() -%}
    {%- set words = regex_alternation(seed_values(
        'usps_unit_designators', 'word', "needs_identifier = '1'"
    )) -%}
    {%- set alone = regex_alternation(seed_values(
        'usps_unit_designators', 'word', "needs_identifier = '0'"
    )) -%}
    {%- set identifier = '(?:[A-Z]{0,2}-?[0-9][A-Z0-9/-]*|[A-Z])' -%}
    (?<=[^ ])(?<!^PO BOX)(?: (?:{{ words }} *#? *{{ identifier }}|# *{{ identifier }}|
    {{- alone }}(?: +#? *{{ identifier }})?|[0-9]+(?:ST|ND|RD|TH) (?:FLOOR|FLR|FL)))+$
{%- endmacro %}
