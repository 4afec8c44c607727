"""How somebody is reached: e-mail, phone and address, over all contact points of a person."""

from __future__ import annotations

from dedup.levels import Comparison, Level, either_null, one_slip

# Where the domain is the same, a slip is in front of it.
_USER = "split_part(email_{side}, '@', 1)"

EMAIL = Comparison(
    "email",
    either_null("email"),
    (
        Level(
            "same primary",
            "email_l = email_r",
            "The mailbox; the more holders it has, the less it says.",
            u_source="counted",
            term="email",
            does_scale=True,
        ),
        Level(
            "one in common",
            "list_has_any(emails_l, emails_r)",
            "Any of the person's mailboxes agrees.",
            u_source="counted",
            does_scale=True,
        ),
        Level(
            "same specific user",
            "list_has_any(specific_users_l, specific_users_r)",
            "soccermom44 at another provider; a user name that only repeats the name says nothing."
            " Strangers who share one mostly share the first name in it too, so a count over all"
            " pairs would flatter it.",
            u=2e-6,
            u_source="fixed",
        ),
        Level(
            "typing error",
            "split_part(email_l, '@', 2) = split_part(email_r, '@', 2)"
            " and length(email_l) >= 12"
            " and not list_has_any(mail_users_l, mail_users_r)"
            f" and {one_slip(_USER, 2)}"
            " and regexp_replace(email_l, '[^0-9]', '', 'g')"
            " = regexp_replace(email_r, '[^0-9]', '', 'g')",
            "One slip in the mailbox. A changed digit is an other mailbox: john1 and john2.",
            u=2e-6,
            u_source="fixed",
        ),
        Level(
            "same name-like user",
            "list_has_any(mail_users_l, mail_users_r)",
            "jsmith here and jsmith there only repeats the name: of two strangers of one name every"
            " thirtieth has it, and that is the chance that counts, not that of any two strangers.",
            u=0.03,
            u_source="fixed",
        ),
        Level("different", "else", "People have several mailboxes."),
    ),
)

PHONE = Comparison(
    "phone",
    either_null("phone"),
    (
        Level(
            "same primary",
            "phone_l = phone_r",
            "The number; the more holders it has, the less it says.",
            u_source="counted",
            term="phone",
            does_scale=True,
        ),
        Level(
            "one in common",
            "list_has_any(phones_l, phones_r)",
            "Any of the person's numbers agrees.",
            u_source="counted",
            does_scale=True,
        ),
        Level(
            "one digit off",
            f"length(phone_l) = length(phone_r) and {one_slip('phone_{side}', 5)}",
            "A slip of the finger; too rare for a sample, so its chance is computed by hand.",
            u=3e-7,
            u_source="fixed",
        ),
        Level(
            "same area",
            "phone_area_l = phone_area_r",
            "The area code says where, not who, and the address has said that already: u is the"
            " chance among people of one region.",
            u=0.05,
            u_source="fixed",
        ),
        Level("different", "else", "People have several numbers."),
    ),
)

SAME_ADDRESS = "list_has_any(address_keys_l, address_keys_r)"
SIMILAR_STREET = (
    "house_number_l = house_number_r and (zip_l = zip_r or city_l = city_r)"
    " and jaro_winkler_similarity(street_name_l, street_name_r) >= 0.88"
)
HOUSE_NUMBER_OFF = (
    "street_name_l = street_name_r and (zip_l = zip_r or city_l = city_r)"
    f" and {one_slip('house_number_{side}')} and house_number_l <> house_number_r"
)

ADDRESS = Comparison(
    "address",
    "(zip_l is null and city_l is null and street_key_l is null)"
    " or (zip_r is null and city_r is null and street_key_r is null)",
    (
        Level(
            "same address",
            SAME_ADDRESS,
            "House number and street, and ZIP or city: a household, if not a person.",
            u_source="counted",
            does_scale=True,
        ),
        Level(
            "similar street",
            SIMILAR_STREET,
            "The same house with the street misspelled.",
            u=1e-6,
            u_source="fixed",
        ),
        Level(
            "house number off",
            HOUSE_NUMBER_OFF,
            "The same street with a slip in the number.",
            u=3e-6,
            u_source="fixed",
        ),
        Level(
            "same ZIP, a street missing",
            "zip_l = zip_r and (street_key_l is null or street_key_r is null)",
            "The street can't speak against it; a small ZIP says more. m is the chance that one"
            " person's ZIPs agree when a street is missing, not the chance that one is missing:"
            " that differs from file to file and says nothing.",
            m=0.8,
            u_source="counted",
            term="zip",
        ),
        Level(
            "same ZIP, other street",
            "zip_l = zip_r",
            "Moved nearby, or a neighbour; a small ZIP says more.",
            u_source="counted",
            term="zip",
        ),
        Level(
            "same city, a street missing",
            "city_l = city_r and (street_key_l is null or street_key_r is null)",
            "The street can't speak against it; as above.",
            m=0.3,
            u_source="counted",
            term="city",
        ),
        Level(
            "same city",
            "city_l = city_r",
            "Moved across the town.",
            u_source="counted",
            term="city",
        ),
        Level("same region", "zip3_l = zip3_r", "Moved within the region."),
        Level("different", "else", "People move."),
    ),
)
