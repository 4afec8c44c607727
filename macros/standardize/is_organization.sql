{#-
    1 if a name is that of a company, trust, estate or public body and not of a person, else 0. Some
    words are enough alone (LLC, county of); words that are surnames too (church, bank) need
    company:
    first, of, the, &, a digit. Where the source gives first and last name apart, only a legal form
    as the last word, or `Estate of` or `Est. of` as the first, counts (Hoa and Church are people's names).

    Arguments: first_name, last_name, full_name (cleaned columns).
    Example:   'First Baptist Church' -> 1, 'Frank Church' -> 0
    Source: seed company_words
-#}
{% macro is_organization(first_name, last_name, full_name) -%}
    {%- set legal = regex_alternation(
        seed_values('company_words', 'word', "certainty = 'legal_form'")
    ) -%}
    {%- set alone = regex_alternation(
        seed_values('company_words', 'word', "certainty <> 'with_context'")
    ) | replace(' of', '[.]? of') -%}
    {%- set weak = regex_alternation(
        seed_values('company_words', 'word', "certainty = 'with_context'")
    ) -%}
    {%- set openings = regex_alternation(
        seed_values('company_words', 'word', "certainty = 'alone' and word like '% of'")
    ) | replace(' of', '[.]? of') -%}
    {%- set context = '(?:of|the|first|second|national|american|united|and|&|[0-9]+|' ~ weak[3:] -%}
    {%- set text -%} coalesce({{ full_name }}, {{ first_name }}, {{ last_name }}) {%- endset -%}
    coalesce(case
        when {{ first_name }} is not null and {{ last_name }} is not null
            then {{ last_name }} regexp '(?i)(?<![a-z]){{ legal }}[.]?$'
            or {{ first_name }} regexp '(?i)^(?:the )?{{ openings }} '
        else {{ text }} regexp '(?i)(?<![a-z]){{ alone }}(?![a-z])'
            or {{ text }} regexp
            '(?i)(?<![a-z])(?:{{ context }} (?:.* )?{{ weak }}|{{ weak }} (?:.* )?{{ context }})(?![a-z])'
    end, 0)
{%- endmacro %}
