-- Anomalous and normal parts of each line in each hour of the day (UTC), over all days.
SELECT
    project,
    line,
    hour(captured_at AT TIME ZONE 'UTC') AS hour_utc,
    count(*) AS inspections,
    count(*) FILTER (WHERE verdict = 'normal') AS normal,
    count(*) FILTER (WHERE verdict = 'anomalous') AS anomalous,
    round(avg(CASE verdict WHEN 'anomalous' THEN 1e0 WHEN 'normal' THEN 0e0 END), 4) AS share_anomalous
FROM current
WHERE dt BETWEEN ? AND ? AND project = coalesce(nullif(?, ''), project) AND run = 'live'
GROUP BY project, line, hour(captured_at AT TIME ZONE 'UTC')
ORDER BY project, line, hour_utc
