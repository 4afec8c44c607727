"""Everything that may break a project rule, each with its reason.

A rule without an entry has no exception. An entry that is no longer needed fails a test.
"""

from __future__ import annotations

# Staging models that other staging models may read: they hold no records of people, they say which
# records a run has to take and how to look things up.
STAGING_HELPERS = {
    "import_batch": "fixes at the start of a run which imports it takes, for every feed alike",
    "replaced_match_keys": "keys of records that stg_people is about to lose, fixed before it does",
    "replaced_records": "records that stg_people is about to lose, fixed before it does",
    "stg_imports": "the ledger of imports: when and from where a record came",
}

# (model, what it reads): reads that cross the layers on purpose.
CROSS_LAYER_READS = {
    ("import_health", "raw.import_metadata"): (
        "a view over the loaders' ledger, so that the page shows a load while it runs"
    ),
    **{
        (model, "raw.import_attempts"): (
            "a view over the loaders' ledger, so that the page shows an attempt while it runs"
        )
        for model in ("import_health", "import_attempts")
    },
    ("audit_days", "audit.audit_log"): (
        "counts entries by day and kind, of which dbt may read nothing more; no layer has them"
    ),
    ("contact_points", "channels"): (
        "a code list only, which channels a contact point serves; as a canonical table of all"
        " points and channels every row would be written twice"
    ),
    **{
        ("caps_used", read): (
            "asks the macro that decides until when a cap blocks, of the few who were contacted"
        )
        for read in ("channels", "reservations.contact_reservations")
    },
    **{
        ("person_events", read): (
            "each of these facts is kept once, with both clocks, and found by key; a canonical copy"
            " of them would write every one twice"
        )
        for read in (
            "stg_imports",
            "stg_consents",
            "stg_dnc_listings",
            "dedup.dedup_decisions",
            "dedup.dedup_decision_records",
        )
    },
    **{
        ("review_pairs", f"dedup.{read}"): (
            "a queue of the run in force, thrown away with it: nothing that canonical would keep"
        )
        for read in ("dedup_runs", "dedup_pairs")
    },
    ("person_links", "dedup.dedup_pairs"): (
        "the links of the run in force, found by key; a canonical copy would write each one twice"
    ),
    **{
        ("identity_decisions", f"dedup.{read}"): (
            "a decision counts for those who look from the moment it was written, not from the next"
            " run: a view over the raw rows"
        )
        for read in ("dedup_decisions", "dedup_decision_records")
    },
    ("person_segments", "stg_imports"): "the ledger of imports says which mapping a record came by",
    ("contactability_cube", "reason_codes"): "a code list only: which bit stands for which reason",
    ("search_keys", "raw.search_pepper"): (
        "a secret in one row, joined so that it stands in no SQL; no copy of it is wanted"
    ),
    ("caps_used", "frequency_caps"): "which caps there are, as the decision reads them",
    (
        "import_duplicate_log",
        "stg_people",
    ): "the log compares the records of a file with each other",
    (
        "stg_request_statements",
        "stg_opt_outs",
    ): "what a request names beside its first is of the channel, moment and reason read there",
    **{
        (
            "import_validation_log",
            model,
        ): "one log of what is wrong with what files said, of all feeds"
        for model in (
            "stg_people",
            "stg_touchpoints",
            "stg_campaigns",
            "stg_opt_outs",
            "stg_dnc_registry",
        )
    },
}

# Models longer than 120 lines, and YAML files longer than 150.
LONG_MODELS = {
    "stg_people": (
        "27 raw columns become 44 standard ones in one pass: writing a row costs more than all"
        " computing on it, so the steps are CTEs of one model and not tables"
    ),
}
LONG_YAML = {
    "models/staging/people/stg_people.yml": "44 columns, each with its type and description",
}

# Macros longer than 60 lines.
LONG_MACROS: dict[str, str] = {}

# Modules of the product longer than 300 lines, functions longer than 50 (module:function).
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
