-- Each inspection once, by its newest row: the highest revision, then the latest event.
SELECT
    event_id, event_type, schema_version, occurred_at, inspection_id, run, revision, project, camera,
    facility, image_id, bucket, key, etag, size_bytes, content_type, width, height, captured_at, uploaded_at,
    inspected_at, verdict, reason, anomaly_probability, confidence, anomaly_score, model_version, queue_ms,
    inspection_ms, correlation_id, review_label, reviewed_by, reviewed_at, review_comment, original_message,
    worst_box, boxes, area_fraction, features, review_kind, review_action, review_drawn_in,
    brightness, sharpness, centre_x, centre_y, training_distance, dt, line
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY dt, line, inspection_id, run
            ORDER BY revision DESC, occurred_at DESC
        ) AS place
    FROM stored
) AS ranked
WHERE place = 1
