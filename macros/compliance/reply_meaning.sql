{#-
    What a reply to a text means, by seed reply_phrases: opt_out for a word that revokes by itself
    or a phrase that does, resume, help, review where a person has to look, none otherwise. Case,
    signs and blanks don't count; a revocation within a reply wins over all else in it. A reply in
    letters or signs that are not read here, such as Cyrillic ones or a picture, is for review.

    Arguments: column (SQL expression), folded (the same without case and accents: fold_accents).
    Example:   reply_meaning('message', 'folded') of 'Please STOP texting me!' -> 'opt_out'
-#}
{% macro reply_meaning(column, folded) -%}
    {%- set words -%}
        trim(regexp_replace(
            replace(replace({{ folded }}, '''', ''), '’', ''), '[^a-z]+', ' '
        ))
    {%- endset -%}
    {%- set steps = [
        ('whole', 'opt_out'), ('part', 'opt_out'), ('whole', 'resume'), ('whole', 'help'),
        ('part', 'review'),
    ] -%}
    case
    {%- for kind, meaning in steps %}
        {%- set phrases = seed_values(
            'reply_phrases', 'phrase',
            "match_kind = '" ~ kind ~ "' and meaning = '" ~ meaning ~ "' and "
            ~ rule_holds(ref('reply_phrases'), utc_now())
        ) %}
        {%- if kind == 'whole' %}
        when {{ words }} in ({{ sql_list(phrases) }}) then '{{ meaning }}'
        {%- elif phrases %}
        when {{ words }} regexp '(^| )({{ phrases | join('|') }})( |$)' then '{{ meaning }}'
        {%- endif %}
    {%- endfor %}
        {#- Of more than one byte a character: no ASCII. #}
        when {{ words }} = '' and length({{ column }}) > char_length({{ column }}) then 'review'
        else 'none'
    end
{%- endmacro %}
