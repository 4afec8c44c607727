{#-
    The one place that decides about contact points: every reason that speaks for or against using
    one on a channel at a moment, as a select. A point may be used unless a row says `enforce`.

    Grain: one row per golden person, contact point, channel and reason (repeats where two lists or
    two requests give the same one). Columns: golden_person_id, contact_hash, channel, reason_code,
    rule_id, citation, enforcement (enforce blocks, advise warns, exempt was lifted, allow speaks for
    it), blocks_from, blocks_until (null: nobody knows an end); or those of reason_marks.

    Each kind of reason is a macro reasons_… that returns a list of contributions: a dictionary with
    SQL expressions for channel, code, rule_id, citation, enforcement, blocks_from and blocks_until
    (the last two may be missing), with `rows`, the from clause and what follows, and `point`, the
    alias of the contact point if it is not points. `is_in_order` reads the points once, in their
    order: MySQL would go through all of them for each rule.

    Only what was known at the moment counts: a fact that is learnt later, of whatever date, changes
    no earlier decision. Frequency caps are contributions like all others. Hours of calling are not
    among them, for no mart can hold what the clock says: who answers or acts at a moment asks
    windows_statement besides, and the register of incidents contacts_outside_hours.

    Arguments: points (relation or derived table with golden_person_id, contact_hash,
               contact_kind, contact_value, phone, area_code, area_state, phone_type, is_foreign,
               is_complete_address), at (SQL expression of the moment, UTC; may be a column of points,
               named points.…), is_made (whether each point is a touchpoint, named by its digest in
               contact_hash, at its own moment: it does not count against its own caps), is_dated
               (whether who is who and what touchpoints were told is as of the moment, too),
               is_short (the columns of reason_marks).
    Example:   decide_contact(ref('int_golden_contacts'), utc_now())
-#}
{% macro decide_contact(points, at, is_made=false, is_dated=false, is_short=false) -%}
    {%- set reasons = reasons_opt_out(points, at) + reasons_person_opt_out(points, at, is_dated)
        + reasons_reply_review(points, at) + reasons_listed(points, at)
        + reasons_registry_age(points, at) + reasons_exemption(points, at)
        + reasons_line_type(points, at) + reasons_contact_form(points, at)
        + reasons_frequency_cap(points, at, is_made=is_made, is_dated=is_dated) -%}
    {{ select_reasons(reasons, is_short) }}
{%- endmacro %}
