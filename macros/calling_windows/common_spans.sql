{#-
    The spans in which every zone of a list is inside a span of its own, as a select.

    Arguments: spans (name of a CTE: the key, time_zone, span_from, span_until; one zone's do not
               overlap), key (columns that belong together, with zone_count, how many zones
               the list has).
-#}
{% macro common_spans(spans, key) -%}
        select
            {% for column in key %}opens.{{ column }}, {% endfor %}
            opens.span_from,
            min(around.span_until) as span_until
        from (
            select distinct {{ key | join(', ') }}, span_from
            from {{ spans }}
            where span_from < span_until
        ) as opens
        inner join {{ spans }} as around
            on
                {% for column in key %}opens.{{ column }} = around.{{ column }} and {% endfor %}
                around.span_from <= opens.span_from
                and around.span_until > opens.span_from
        group by {% for column in key %}opens.{{ column }}, {% endfor %}opens.span_from
        having
            count(distinct around.time_zone) = opens.zone_count
{%- endmacro %}
