"""What nothing on this machine can measure of AWS, assumed."""

INVOCATION_SECONDS = 0.02
"""What an invocation takes by itself: its dispatch, and what its source does between two."""

REQUEST_SECONDS = 0.015
"""What a request from a function to S3, DynamoDB, SQS or EventBridge takes, within the region."""
