"""Who somebody is: first name, last name, middle name, suffix and date of birth."""

from __future__ import annotations

from dedup.levels import Comparison, Level, either_null, one_slip

FIRST_NAME_SLIP = one_slip("first_name_{side}")
LAST_NAME_SLIP = one_slip("last_name_{side}")

# One of the two names stands in the other's column as it is, the other with a slip, or short.
SWAPPED = (
    "(first_name_l = last_name_r"
    " and (jaro_winkler_similarity(last_name_l, first_name_r) >= 0.92"
    " or list_contains(formal_names_r, last_name_l)))"
    " or (first_name_r = last_name_l"
    " and (jaro_winkler_similarity(last_name_r, first_name_l) >= 0.92"
    " or list_contains(formal_names_l, last_name_r)))"
)

FIRST_NAME = Comparison(
    "first_name",
    either_null("first_name"),
    (
        Level(
            "equal",
            "first_name_l = first_name_r",
            "A rare name says more than a common one, so its frequency counts.",
            term="first_name",
        ),
        Level(
            "nickname",
            "list_has_any(formal_names_l, formal_names_r)",
            "Bob and Robert: both may stand for the same formal name.",
        ),
        Level(
            "initial",
            "first_initial_l = first_initial_r"
            " and (length(first_name_l) = 1 or length(first_name_r) = 1)",
            "J. for James; weak, as James, John and Jane share it.",
        ),
        Level(
            "typing error",
            "not (is_first_name_common_l and is_first_name_common_r)"
            " and (jaro_winkler_similarity(first_name_l, first_name_r) >= 0.9"
            f" or {FIRST_NAME_SLIP}"
            " or (length(first_name_l) >= 4 and starts_with(first_name_r, first_name_l))"
            " or (length(first_name_r) >= 4 and starts_with(first_name_l, first_name_r)))",
            "One slip of the finger, or a name cut short (Britt, Guadalupe Susana); at least one of"
            " the two spellings is rare.",
        ),
        Level(
            "swapped with last name",
            SWAPPED,
            "Smith John in a file that means John Smith.",
            u=1e-6,
            u_source="fixed",
        ),
        Level(
            "last name in its place",
            "(first_name_l = last_name_r and last_name_l is null)"
            " or (first_name_r = last_name_l and last_name_r is null)",
            "Smith, and nothing else: the whole family may be meant.",
            m=0.002,
            u=2e-5,
            u_source="fixed",
        ),
        Level(
            "goes by middle name",
            "length(first_name_l) > 1 and length(first_name_r) > 1"
            " and (first_name_l = middle_name_r or first_name_r = middle_name_l)",
            "James Robert Smith who signs as Robert Smith.",
        ),
        Level(
            "two common names alike",
            f"jaro_winkler_similarity(first_name_l, first_name_r) >= 0.9 or {FIRST_NAME_SLIP}",
            "Mary and Mark, Daniel and Danielle: established names, rather brother and sister.",
            m=0.003,
        ),
        Level(
            "vaguely alike",
            "jaro_winkler_similarity(first_name_l, first_name_r) >= 0.8",
            "Seldom one person; left to training it would learn brothers and sisters.",
            m=0.0003,
        ),
        Level(
            "different",
            "else",
            "The veto: training on shared mailboxes learns that husband and wife are one person.",
            m=1e-9,
        ),
    ),
)

LAST_NAME = Comparison(
    "last_name",
    either_null("last_name"),
    (
        Level(
            "equal",
            "last_name_l = last_name_r",
            "A rare name says more than a common one, so its frequency counts.",
            term="last_name",
        ),
        Level(
            "typing error",
            f"jaro_winkler_similarity(last_name_l, last_name_r) >= 0.93 or {LAST_NAME_SLIP}",
            "One slip of the finger.",
        ),
        Level(
            "swapped with first name",
            SWAPPED,
            "Says the same as the level of the first name, which carries the weight.",
            m=0.01,
            u=0.01,
            u_source="fixed",
        ),
        Level(
            "one part of it",
            "list_contains(last_name_words_l, last_name_r)"
            " or list_contains(last_name_words_r, last_name_l)",
            "Garcia-Lopez who also appears as Lopez.",
            u=1e-4,
            u_source="fixed",
        ),
        Level(
            "alike",
            "jaro_winkler_similarity(last_name_l, last_name_r) >= 0.85",
            "Two slips, or an other spelling.",
        ),
        Level(
            "different",
            "else",
            "Left to training: people marry and change their name.",
        ),
    ),
)

MIDDLE_NAME = Comparison(
    "middle_name",
    either_null("middle_name"),
    (
        Level(
            "equal",
            "middle_name_l = middle_name_r and length(middle_name_l) > 1",
            "The whole middle name agrees.",
        ),
        Level("same initial", "middle_initial_l = middle_initial_r", "Only the letter agrees."),
        Level(
            "different",
            "else",
            "Father and son often differ in the middle name only.",
            m=0.01,
        ),
    ),
)

SUFFIX = Comparison(
    "suffix",
    "suffix_l is null and suffix_r is null",
    (
        Level(
            "same",
            "suffix_l = suffix_r or (suffix_l in ('JR', 'II') and suffix_r in ('JR', 'II'))",
            "Both are Jr.; many write II for it.",
            m=0.9,
            u=0.05,
            u_source="fixed",
        ),
        Level(
            "one side only",
            "suffix_l is null or suffix_r is null",
            "Missing on one side is information: the father seldom writes Sr.",
            m=0.06,
            u=0.9,
            u_source="fixed",
        ),
        Level(
            "conflict",
            "else",
            "A second veto: Jr. is never Sr., however much of the household they share.",
            m=1e-9,
            u=0.05,
            u_source="fixed",
        ),
    ),
)

BIRTH_DATE = Comparison(
    "birth_date",
    either_null("birth_date"),
    (
        Level(
            "equal",
            "birth_date_l = birth_date_r",
            "One of some 25,000 days; too often missing to be trained on.",
            m=0.94,
            u=4e-5,
            u_source="fixed",
        ),
        Level(
            "nearly equal",
            "levenshtein(birth_date_l, birth_date_r) = 1"
            " or (left(birth_date_l, 4) = left(birth_date_r, 4)"
            " and substr(birth_date_l, 6, 2) = substr(birth_date_r, 9, 2)"
            " and substr(birth_date_l, 9, 2) = substr(birth_date_r, 6, 2))",
            "One digit off, or day and month swapped.",
            m=0.045,
            u=1.5e-3,
            u_source="fixed",
        ),
        Level(
            "different",
            "else",
            "Twenty years between father and son.",
            m=0.015,
            u=0.99846,
            u_source="fixed",
        ),
    ),
)
