-- Anomalous against normal: how many inspections have each verdict.
SELECT
    project,
    verdict,
    count(*) AS inspections
FROM current
WHERE dt BETWEEN ? AND ? AND project = coalesce(nullif(?, ''), project) AND run = 'live'
GROUP BY project, verdict
ORDER BY project, verdict
