-- One row per person, with everything that the model compares or blocks on.
-- Input tables: in_persons, in_phone_numbers, in_email_addresses, in_addresses (the canonical layer
-- as Arrow) and in_nicknames (name, formal_name).
-- Parameters: $hub_persons, $hub_last_names, $hub_homes, $hub_dates (see settings.HubRules).
with

persons as (
    select * from in_persons
),

phone_numbers as (
    select * from in_phone_numbers
),

email_addresses as (
    select * from in_email_addresses
),

addresses as (
    select * from in_addresses
),

nicknames as (
    select * from in_nicknames
),

-- Letters only, folded, so that case, accents, hyphens and blanks do not count.
names as (
    select
        id as unique_id,
        nullif(regexp_replace(strip_accents(lower(first_name)), '[^\p{L}]', '', 'g'), '')
            as first_name,
        nullif(regexp_replace(strip_accents(lower(middle_name)), '[^\p{L}]', '', 'g'), '')
            as middle_name,
        nullif(regexp_replace(strip_accents(lower(last_name)), '[^\p{L}]', '', 'g'), '')
            as last_name,
        list_filter(
            string_split_regex(strip_accents(lower(last_name)), '[^\p{L}]+'),
            lambda part: length(part) >= 3
        ) as last_name_words,
        nullif(regexp_replace(upper(name_suffix), '[^A-Z]', '', 'g'), '') as suffix,
        left(cast(birth_date as varchar), 10) as birth_date,
        record_count,
    from persons
),

-- The formal names that a first name may stand for: bob is robert, alex is alexander or alexandra.
formal_names as (
    select
        names.unique_id,
        list_sort(list_distinct(list(nicknames.formal_name))) as formal_names,
    from names
    inner join nicknames
        on names.first_name = nicknames.name
    group by names.unique_id
),

-- A first name that many carry is no typing error of another one that many carry.
common_first_names as (
    select first_name
    from names
    group by first_name
    having count(*) >= greatest(4, 0.0002 * (select count(*) from names))
),

-- A date that far too many share is a placeholder (1900-01-01), not a birthday.
hub_dates as (
    select birth_date
    from names
    where birth_date is not null
    group by birth_date
    having count(*) > greatest($hub_persons, $hub_dates * (select count(birth_date) from names))
),

-- A value that a crowd shares, or that unrelated names share, tells nobody apart.
shared_phones as (
    select phone_e164
    from phone_numbers
    group by phone_e164
    having count(*) > least($hub_persons, $hub_last_names)
),

hub_phones as (
    select phone_numbers.phone_e164 as phone
    from phone_numbers
    inner join names
        on phone_numbers.person_id = names.unique_id
    where phone_numbers.phone_e164 in (select phone_e164 from shared_phones)
    group by phone_numbers.phone_e164
    having
        count(distinct phone_numbers.person_id) > $hub_persons
        or count(distinct names.last_name) > $hub_last_names
),

shared_emails as (
    select email
    from email_addresses
    group by email
    having count(*) > least($hub_persons, $hub_last_names)
),

hub_emails as (
    select email_addresses.email
    from email_addresses
    inner join names
        on email_addresses.person_id = names.unique_id
    where email_addresses.email in (select email from shared_emails)
    group by email_addresses.email
    having
        count(distinct email_addresses.person_id) > $hub_persons
        or count(distinct names.last_name) > $hub_last_names
),

known_phones as materialized (
    select
        person_id as unique_id,
        is_primary,
        phone_e164 as phone,
    from phone_numbers
    where
        phone_e164 is not null
        and phone_e164 not in (select phone from hub_phones)
),

primary_phones as (
    select unique_id, phone
    from known_phones
    qualify row_number() over (partition by unique_id order by 1 - coalesce(is_primary, 0), phone) = 1
),

-- Most have one number and one mailbox: only the others need a list that is collected.
several_phones as (
    select unique_id
    from known_phones
    group by unique_id
    having count(*) > 1
),

phone_lists as (
    select
        unique_id,
        [phone] as phones,
    from known_phones
    where unique_id not in (select unique_id from several_phones)
    union all
    select
        unique_id,
        list_sort(list_distinct(list(phone))) as phones,
    from known_phones
    where unique_id in (select unique_id from several_phones)
    group by unique_id
),

known_mails as materialized (
    select
        person_id as unique_id,
        email,
        is_primary,
        split_part(email, '@', 1) as mail_name,
        regexp_replace(split_part(email, '@', 1), '[^a-z0-9]', '', 'g') as mail_user,
    from email_addresses
    where
        email is not null
        and email not in (select email from hub_emails)
),

-- What is left of a mailbox's user name once the owner's own names are taken out: a word or a long
-- number makes it specific; a year, an initial or `family` only repeats the name.
mail_users as (
    select
        known_mails.*,
        replace(
            replace(
                replace(
                    known_mails.mail_user,
                    case when length(names.last_name) > 1 then names.last_name else '' end,
                    ''
                ),
                case when length(names.first_name) > 1 then names.first_name else '' end,
                ''
            ),
            case when length(names.middle_name) > 1 then names.middle_name else '' end,
            ''
        ) as remainder,
        coalesce(length(names.first_name), 0) <= 1 as is_nameless,
    from known_mails
    inner join names
        on known_mails.unique_id = names.unique_id
),

judged_users as (
    select
        *,
        length(regexp_replace(remainder, '[^a-z]|family|mail|home|info|office', '', 'g')) >= 3
        or length(regexp_replace(remainder, '[^0-9]', '', 'g')) >= 5 as is_specific,
    from mail_users
),

-- Every word that a mailbox's user name consists of, and whatever it may begin or end with. Asked
-- only of those whose first name nothing else tells: there are many such words.
mail_words as (
    select
        unique_id,
        unnest(string_split_regex(mail_name, '[^a-z]+')) as word,
    from mail_users
    where is_nameless
    union
    select
        unique_id,
        unnest([left(letters, size), right(letters, size)]) as word,
    from (
        select unique_id, regexp_replace(mail_user, '[^a-z]', '', 'g') as letters
        from mail_users
        where is_nameless
    ) as spelled, range(4, 12) as sizes(size)
    where length(letters) >= size
),

-- The first names that the mailboxes of somebody nameless spell: thomas in thomasgarcia273.
mail_first_names as (
    select
        mail_words.unique_id,
        list_sort(list_distinct(list(mail_words.word))) as mail_first_names,
    from mail_words
    inner join common_first_names
        on mail_words.word = common_first_names.first_name
    where length(mail_words.word) >= 3
    group by mail_words.unique_id
),

primary_mails as (
    select unique_id, email
    from known_mails
    qualify row_number() over (partition by unique_id order by 1 - coalesce(is_primary, 0), email) = 1
),

several_mails as (
    select unique_id
    from known_mails
    group by unique_id
    having count(*) > 1
),

email_lists as (
    select
        unique_id,
        mail_user as mail_text,
        [email] as emails,
        case when length(mail_user) >= 4 then [mail_user] end as mail_users,
        case when length(mail_user) >= 4 and is_specific then [mail_user] end as specific_users,
    from judged_users
    where unique_id not in (select unique_id from several_mails)
    union all
    select
        unique_id,
        string_agg(distinct mail_user, ' ' order by mail_user) as mail_text,
        list_sort(list_distinct(list(email))) as emails,
        list_sort(list_distinct(list(mail_user) filter (where length(mail_user) >= 4)))
            as mail_users,
        list_sort(
            list_distinct(
                list(mail_user) filter (where length(mail_user) >= 4 and is_specific)
            )
        ) as specific_users,
    from judged_users
    where unique_id in (select unique_id from several_mails)
    group by unique_id
),

homes as materialized (
    select
        person_id as unique_id,
        is_primary,
        nullif(upper(trim(street_key)), '') as street_key,
        nullif(trim(zip), '') as zip,
        nullif(
            regexp_replace(
                regexp_replace(strip_accents(lower(trim(city))), '^st\.? ', 'saint '),
                '[^\p{L}]',
                '',
                'g'
            ),
            ''
        ) || '|' || coalesce(upper(state), '') as city,
        upper(state) as state,
    from addresses
),

home_keys as materialized (
    select
        unique_id,
        unnest([street_key || '|' || zip, street_key || '|' || city]) as address_key,
    from homes
    where street_key is not null
),

shared_homes as (
    select address_key
    from home_keys
    where address_key is not null
    group by address_key
    having count(*) > $hub_homes
),

hub_homes as (
    select address_key
    from home_keys
    where address_key in (select address_key from shared_homes)
    group by address_key
    having count(distinct unique_id) > $hub_homes
),

address_key_lists as (
    select
        unique_id,
        list_sort(list_distinct(list(address_key))) as address_keys,
    from home_keys
    where
        address_key is not null
        and address_key not in (select address_key from hub_homes)
    group by unique_id
),

primary_homes as (
    select *
    from homes
    qualify
        row_number() over (
            partition by unique_id
            order by
                street_key is null,
                1 - coalesce(is_primary, 0),
                coalesce(street_key, ''),
                coalesce(zip, ''),
                coalesce(city, '')
        ) = 1
),

final as (
    select
        names.unique_id,
        names.first_name,
        left(names.first_name, 1) as first_initial,
        list_sort(list_distinct(list_append(coalesce(formal_names.formal_names, []), names.first_name)))
            as formal_names,
        coalesce(formal_names.formal_names[1], names.first_name) as formal_name,
        common_first_names.first_name is not null as is_first_name_common,
        names.middle_name,
        left(names.middle_name, 1) as middle_initial,
        names.last_name,
        left(names.last_name, 1) as last_initial,
        case when len(names.last_name_words) > 1 then names.last_name_words end as last_name_words,
        names.suffix,
        case
            when names.birth_date not in (select birth_date from hub_dates) then names.birth_date
        end as birth_date,
        primary_mails.email,
        email_lists.emails,
        email_lists.mail_users,
        email_lists.specific_users,
        email_lists.mail_text,
        mail_first_names.mail_first_names,
        primary_phones.phone,
        phone_lists.phones,
        case when length(primary_phones.phone) >= 10 then left(primary_phones.phone, -3) end as phone_head,
        case when length(primary_phones.phone) >= 10 then right(primary_phones.phone, 7) end
            as phone_last7,
        left(primary_phones.phone, 5) as phone_area,
        primary_homes.street_key,
        nullif(regexp_extract(primary_homes.street_key, '^([0-9]+[A-Z]?) (.+)$', 1), '')
            as house_number,
        coalesce(
            nullif(regexp_extract(primary_homes.street_key, '^([0-9]+[A-Z]?) (.+)$', 2), ''),
            nullif(regexp_extract(primary_homes.street_key, '^[^0-9].*$'), '')
        ) as street_name,
        primary_homes.zip,
        left(primary_homes.zip, 3) as zip3,
        primary_homes.city,
        primary_homes.state,
        address_key_lists.address_keys,
        cast(coalesce(names.record_count, 1) as bigint) as record_count,
    from names
    left join formal_names
        on names.unique_id = formal_names.unique_id
    left join common_first_names
        on names.first_name = common_first_names.first_name
    left join primary_mails
        on names.unique_id = primary_mails.unique_id
    left join email_lists
        on names.unique_id = email_lists.unique_id
    left join mail_first_names
        on names.unique_id = mail_first_names.unique_id
    left join primary_phones
        on names.unique_id = primary_phones.unique_id
    left join phone_lists
        on names.unique_id = phone_lists.unique_id
    left join primary_homes
        on names.unique_id = primary_homes.unique_id
    left join address_key_lists
        on names.unique_id = address_key_lists.unique_id
)

select * from final
