{#-
    Keeps the imports of a feed.

    Arguments: feed (people, touchpoints, campaigns, opt_outs, dnc; '*' for all).
    Example:   feed_filter('dnc') -> feed = 'dnc'
-#}
{% macro feed_filter(feed) -%}
    {{- '1 = 1' if feed == '*' else "feed = '" ~ feed ~ "'" -}}
{%- endmacro %}
