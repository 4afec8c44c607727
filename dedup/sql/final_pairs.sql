-- One row per pair as it is written back.
-- Input tables: pairs, pair_scores, decisions and must_pairs, all by person_id_l and person_id_r.
select
    pairs.person_id_l,
    pairs.person_id_r,
    pairs.match_weight,
    pairs.match_probability,
    pair_scores.match_score,
    case
        when must_pairs.person_id_l is null then pair_scores.match_reason
        else 'decision'
    end as match_reason,
    decisions.decision,
    pairs.waterfall,
from pairs
inner join pair_scores
    on
        pairs.person_id_l = pair_scores.person_id_l
        and pairs.person_id_r = pair_scores.person_id_r
inner join decisions
    on
        pairs.person_id_l = decisions.person_id_l
        and pairs.person_id_r = decisions.person_id_r
left join must_pairs
    on
        pairs.person_id_l = must_pairs.person_id_l
        and pairs.person_id_r = must_pairs.person_id_r
