-- Each shadow run beside what the line said of the same images: verdicts, flips, and who was right by the reviews.
SELECT
    shadow.project,
    shadow.run,
    live.model_version AS live_version,
    count(*) AS images,
    count(*) FILTER (WHERE live.verdict <> 'normal') AS live_stops,
    count(*) FILTER (WHERE shadow.verdict <> 'normal') AS shadow_stops,
    count(*) FILTER (WHERE live.verdict = 'normal' AND shadow.verdict <> 'normal') AS only_shadow_stops,
    count(*) FILTER (WHERE live.verdict <> 'normal' AND shadow.verdict = 'normal') AS only_live_stops,
    count(*) FILTER (WHERE live.review_label = 'anomalous') AS reviewed_anomalous,
    count(*) FILTER (WHERE live.review_label = 'anomalous' AND live.verdict = 'normal') AS live_escapes,
    count(*) FILTER (WHERE live.review_label = 'anomalous' AND shadow.verdict = 'normal') AS shadow_escapes,
    count(*) FILTER (WHERE live.review_label = 'normal') AS reviewed_normal,
    count(*) FILTER (WHERE live.review_label = 'normal' AND live.verdict <> 'normal') AS live_false_rejects,
    count(*) FILTER (WHERE live.review_label = 'normal' AND shadow.verdict <> 'normal') AS shadow_false_rejects
FROM current AS shadow
JOIN current AS live
    ON live.dt = shadow.dt AND live.line = shadow.line AND live.inspection_id = shadow.inspection_id
WHERE shadow.dt BETWEEN ? AND ? AND shadow.project = coalesce(nullif(?, ''), shadow.project)
    AND shadow.run LIKE 'shadow#%' AND live.run = 'live'
    AND shadow.verdict IN ('normal', 'anomalous', 'unfamiliar') AND live.verdict IN ('normal', 'anomalous', 'unfamiliar')
GROUP BY shadow.project, shadow.run, live.model_version
ORDER BY shadow.project, shadow.run, live_version
