-- One row per pair: link or review.
-- Input tables: pairs (person_id_l, person_id_r, match_weight), features (unique_id, first_name), and
-- what people decided: must_pairs and apart_pairs (person_id_l, person_id_r).
-- A pair at or above $link_threshold is a link, with one exception. Someone of whom no first name,
-- only its initial or only one name at all is known fits every member of a household. If such a person would link two others
-- who are not linked with each other, the link is left to review: it would weld a family together
-- past the veto ($has_households: false where there are no families). What people decided stands above both.
-- A pair that people made one counts among the links here whatever it weighs: J. whom they made John is no Jane's any more.
with strong as (
    select person_id_l, person_id_r
    from pairs
    where match_weight >= $link_threshold
    union
    select person_id_l, person_id_r
    from must_pairs
    except
    select person_id_l, person_id_r
    from apart_pairs
),

nameless as (
    select unique_id as person_id
    from features
    where
        $has_households
        and (first_name is null or length(first_name) = 1 or last_name is null)
),

neighbours as (
    select strong.person_id_l as person_id, strong.person_id_r as other_id
    from strong
    inner join nameless on strong.person_id_l = nameless.person_id
    union all
    select strong.person_id_r as person_id, strong.person_id_l as other_id
    from strong
    inner join nameless on strong.person_id_r = nameless.person_id
),

bridges as (
    select distinct a.person_id
    from neighbours as a
    inner join neighbours as b
        on a.person_id = b.person_id and a.other_id < b.other_id
    left join strong
        on a.other_id = strong.person_id_l and b.other_id = strong.person_id_r
    where strong.person_id_l is null
)

select
    pairs.person_id_l,
    pairs.person_id_r,
    case
        when must_pairs.person_id_l is not null then 'link'
        when
            strong.person_id_l is not null
            and pairs.person_id_l not in (select person_id from bridges)
            and pairs.person_id_r not in (select person_id from bridges)
            then 'link'
        else 'review'
    end as decision,
from pairs
left join strong
    on pairs.person_id_l = strong.person_id_l and pairs.person_id_r = strong.person_id_r
left join must_pairs
    on pairs.person_id_l = must_pairs.person_id_l and pairs.person_id_r = must_pairs.person_id_r
