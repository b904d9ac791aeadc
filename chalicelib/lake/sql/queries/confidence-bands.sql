-- Normal and anomalous parts in each band of confidence: from 0.9 very high, over 0.7 high, from 0.5 medium, from 0.2 low.
SELECT project, verdict, band, count(*) AS inspections
FROM (
    SELECT
        dt, project, run, verdict,
        CASE
            WHEN confidence >= 0.9 THEN '1 very high'
            WHEN confidence > 0.7 THEN '2 high'
            WHEN confidence >= 0.5 THEN '3 medium'
            WHEN confidence >= 0.2 THEN '4 low'
            ELSE '5 very low'
        END AS band
    FROM current
    WHERE dt BETWEEN ? AND ? AND project = coalesce(nullif(?, ''), project) AND run = 'live'
) AS banded
WHERE verdict IN ('normal', 'anomalous')
GROUP BY project, verdict, band
ORDER BY project, verdict, band
