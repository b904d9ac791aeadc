-- Inspections of each line, by verdict.
SELECT
    project,
    line,
    count(*) AS inspections,
    count(*) FILTER (WHERE verdict = 'normal') AS normal,
    count(*) FILTER (WHERE verdict = 'anomalous') AS anomalous,
    count(*) FILTER (WHERE verdict = 'unfamiliar') AS unfamiliar,
    count(*) FILTER (WHERE verdict = 'rejected') AS rejected,
    count(*) FILTER (WHERE verdict = 'failed') AS failed,
    round(avg(CASE verdict WHEN 'anomalous' THEN 1e0 WHEN 'normal' THEN 0e0 END), 4) AS share_anomalous
FROM current
WHERE dt BETWEEN ? AND ? AND project = coalesce(nullif(?, ''), project) AND run = 'live'
GROUP BY project, line
ORDER BY project, line
