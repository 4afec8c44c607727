{#-
    The golden persons whose contact points have to be decided about again: everybody when a day has
    begun, a list has a new version or a rule has changed; else those about whom something is new.
    Grain: one row per golden person, living or former.
-#}
{%- set unfinished = unpublished_state('int_decisions_touched') -%}
{#- In a rebuild everybody is touched. -#}
{%- set is_rebuilt = is_rebuild() or not previous_state('int_golden_contacts') -%}
{%- set is_all = must_decide_all() and not is_rebuilt -%}
with

touched as (

    select * from {{ ref('int_golden_touched') }}

),

persons as (

    select * from {{ ref('persons') }}

),

final as (

    select golden_person_id from touched
    {% if unfinished %}
    union distinct
    select golden_person_id from {{ unfinished }}
    {% endif %}
    {% if is_all %}
    union distinct
    select golden_person_id from persons
    {% endif %}

)

select * from final
