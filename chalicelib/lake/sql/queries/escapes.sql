-- Escapes and false rejects of each line, among the parts that people have reviewed.
SELECT
    project,
    line,
    count(*) AS reviewed,
    count(*) FILTER (WHERE verdict = 'normal') AS passed,
    count(*) FILTER (WHERE verdict = 'normal' AND review_label = 'anomalous') AS escapes,
    count(*) FILTER (WHERE verdict = 'anomalous') AS refused,
    count(*) FILTER (WHERE verdict = 'anomalous' AND review_label = 'normal') AS false_rejects,
    round(avg(CASE WHEN verdict = 'normal' THEN CASE review_label WHEN 'anomalous' THEN 1e0 ELSE 0e0 END END), 4)
        AS share_escaped,
    round(avg(CASE WHEN verdict = 'anomalous' THEN CASE review_label WHEN 'normal' THEN 1e0 ELSE 0e0 END END), 4)
        AS share_refused_wrongly
FROM current
WHERE dt BETWEEN ? AND ? AND project = coalesce(nullif(?, ''), project) AND run = 'live'
    AND review_label IN ('normal', 'anomalous')
GROUP BY project, line
ORDER BY project, line
