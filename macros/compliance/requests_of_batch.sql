{#-
    Contact points that records of the batch ask us to leave alone, as a select: records of files of
    requests, and outcomes and statuses, also those of imports that are being undone.
-#}
{% macro requests_of_batch() -%}
    select phone_e164, email, address
    from {{ ref('stg_opt_outs') }}
    where {{ batch_range_filter('record_id', 'opt_outs') }}
    union all
    select phone_e164, email, address
    from {{ ref('recorded_requests') }}
    where {{ batch_range_filter('record_id', '*', with_withdrawn=true) }}
{%- endmacro %}
