"""The map: every trigger of Linewatch, in the order in which an image passes them."""

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    CloudWatchEvent,
    DynamoDBEvent,
    SQSEvent,
)

from chalicelib import observability, triggers, wiring
from chalicelib.api import authorizer, health, inspections, uploads

PLACEHOLDER = "arn:aws:sqs:us-east-1:000000000000:set-by-infra"
"""The template puts the real queues and the stream in its place."""

app = Chalice(app_name="linewatch", configure_logs=False)
observability.configure()


# A camera asks where to put an image, people ask what became of it.


@app.authorizer(ttl_seconds=30)
def authorize(request: AuthRequest) -> AuthResponse:
    return authorizer.authorize(request)


@app.authorizer(ttl_seconds=30, header="authorizationToken")
def authorize_legacy(request: AuthRequest) -> AuthResponse:
    return authorizer.authorize(request)


app.register_blueprint(health.routes())
app.register_blueprint(uploads.routes(authorize, authorize_legacy))
app.register_blueprint(inspections.routes(authorize))


# The image arrived in the bucket: judge it and commit its inspection.


@app.on_sqs_message(queue_arn=PLACEHOLDER)
def inspect_images(event: SQSEvent) -> None:
    triggers.inspect_images(event.to_dict(), wiring.inspect_image())


# The table's stream tells the bus, the bus tells the queues.


@app.on_dynamodb_record(stream_arn=PLACEHOLDER.replace("sqs", "dynamodb"))
def relay_changes(event: DynamoDBEvent) -> None:
    triggers.relay_changes(event.to_dict(), wiring.relay_changes())


# Every result becomes a row of the lake.


@app.on_sqs_message(queue_arn=PLACEHOLDER)
def archive_results(event: SQSEvent) -> None:
    triggers.archive_results(event.to_dict(), wiring.archive())


@app.schedule("rate(1 hour)")
def compact_lake(_event: CloudWatchEvent) -> None:
    wiring.compact_lake()()


# People are told when they must act: at once, then in digests.


@app.on_sqs_message(queue_arn=PLACEHOLDER)
def raise_alerts(event: SQSEvent) -> None:
    triggers.raise_alerts(event.to_dict(), wiring.raise_alert())


@app.schedule("rate(1 minute)")
def send_digests(_event: CloudWatchEvent) -> None:
    wiring.send_digests()()


# What was lost on the way is found: an image that ran out of attempts at once, everything else at night.


@app.on_sqs_message(queue_arn=PLACEHOLDER)
def note_lost_images(event: SQSEvent) -> None:
    triggers.note_lost_images(event.to_dict(), wiring.note_lost_images())


@app.schedule("cron(30 2 * * ? *)")
def reconcile(event: CloudWatchEvent) -> None:
    triggers.reconcile(event.context)
