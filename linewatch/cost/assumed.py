"""Assumptions about AWS that cannot be measured on a local machine."""

INVOCATION_SECONDS = 0.02
"""The overhead of one invocation: its dispatch, and the work of its event source between two invocations."""

REQUEST_SECONDS = 0.015
"""The time of a request from a function to S3, DynamoDB, SQS or EventBridge in the same region."""
