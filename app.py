"""Every trigger of Linewatch, in the order in which an image passes them."""

from collections.abc import Callable
from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    CloudWatchEvent,
    DynamoDBEvent,
    Request,
    Response,
    SQSEvent,
)

from chalicelib.access import handlers as access
from chalicelib.administration import routes as administration
from chalicelib.alerts import handlers as alerts
from chalicelib.alerts import routes as alert_routes
from chalicelib.aws import observability
from chalicelib.aws.event_sources import queue_arn, setting, stream_arn
from chalicelib.aws.sqs_batch import BatchAnswer
from chalicelib.composition import Linewatch
from chalicelib.daily import handlers as daily
from chalicelib.daily import routes as daily_routes
from chalicelib.hosting import handlers as hosting
from chalicelib.hosting import routes as hosting_routes
from chalicelib.http.route import with_open_session
from chalicelib.inspections import handlers as inspections
from chalicelib.inspections import routes as searches
from chalicelib.lake import handlers as lake
from chalicelib.lake import routes as exports
from chalicelib.lookout import routes as lookout
from chalicelib.models import handlers as models
from chalicelib.page import routes as page
from chalicelib.people import routes as people
from chalicelib.projects import handlers as projects
from chalicelib.projects import routes as reports
from chalicelib.promotion import handlers as promotion
from chalicelib.promotion import routes as promotion_routes
from chalicelib.recovery import handlers as recovery
from chalicelib.reviews import routes as review_routes
from chalicelib.shadow import handlers as shadow
from chalicelib.shadow import routes as shadow_routes
from chalicelib.shifts import handlers as shifts
from chalicelib.shifts import routes as shift_routes
from chalicelib.thresholds import routes as thresholds
from chalicelib.traces import routes as traces
from chalicelib.uploads import routes as uploads

app = Chalice(app_name="linewatch", configure_logs=False)
linewatch = Linewatch()
observability.configure()


# Cameras ask where to upload an image; people ask for its verdict.


@app.authorizer(ttl_seconds=30)
def authorize(request: AuthRequest) -> AuthResponse:
    return access.authorize(request, linewatch.access)


@app.authorizer(ttl_seconds=30, header="authorizationToken")
def authorize_legacy(request: AuthRequest) -> AuthResponse:
    return access.authorize(request, linewatch.access)


@app.middleware("http")
def require_open_session(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Whoever signed out is out at once, though API Gateway keeps the authorizer's answer for a while."""
    return with_open_session(request, get_response, lambda: linewatch.access.desk)


app.register_blueprint(uploads.routes(authorize, authorize_legacy, lambda: linewatch.uploads))
app.register_blueprint(searches.routes(authorize, lambda: linewatch.inspections))
app.register_blueprint(reports.routes(authorize, lambda: linewatch.projects))
app.register_blueprint(hosting_routes.routes(authorize, lambda: linewatch.hosting))


# People sign in and out, and admins say who may.


app.register_blueprint(people.routes(authorize, lambda: linewatch.people))


# Administrators keep the keys of a project, and see the settings of the stage.


app.register_blueprint(administration.routes(authorize, lambda: linewatch.administration))


# The page in the browser, which calls the same API.


app.register_blueprint(page.routes(authorize, lambda: linewatch.page))


# The API of Amazon Lookout for Vision, for those who have its client: projects, data sets, models, detection.


app.register_blueprint(lookout.routes(lambda: linewatch.lookout))


# Somebody put a manifest into the bucket: its images become entries of the project's data set.


@app.on_sqs_message(queue_arn=queue_arn("manifests"), batch_size=1, maximum_concurrency=2)
def import_manifest(event: SQSEvent) -> BatchAnswer:
    return projects.import_manifest(event.to_dict(), linewatch.projects)


# A new version is trained, by one worker after another: two trainings at once are two projects'.


@app.on_sqs_message(queue_arn=queue_arn("training"), batch_size=1, maximum_concurrency=2)
def train_model(event: SQSEvent) -> BatchAnswer:
    return projects.train_model(event.to_dict(), event.context, linewatch.projects)


@app.schedule("rate(5 minutes)")
def fail_overdue_trainings(_event: CloudWatchEvent) -> None:
    projects.fail_overdue_trainings(linewatch.projects)


# Before a version takes the place of the hosted one, both judge the same stored images, a part of them at a time.


app.register_blueprint(promotion_routes.routes(authorize, lambda: linewatch.promotion))


app.register_blueprint(thresholds.routes(authorize, lambda: linewatch.thresholds))


@app.on_sqs_message(queue_arn=queue_arn("replays"), batch_size=1, maximum_concurrency=setting("ReplayConcurrency"))
def replay_images(event: SQSEvent) -> BatchAnswer:
    return promotion.replay_images(event.to_dict(), linewatch.promotion)


# The shift calendar of a project starts its model early and stops it late. Whoever decides each minute also takes the
# files that somebody put into the bucket.


app.register_blueprint(shift_routes.routes(authorize, lambda: linewatch.shifts))


@app.schedule("rate(1 minute)")
def follow_calendars(_event: CloudWatchEvent) -> None:
    shifts.follow_calendars(linewatch.shifts)


# The image arrived in the bucket: send it to the queue of its project, which is read while the project is hosted.


@app.on_sqs_message(queue_arn=queue_arn("uploads"), batch_size=10, maximum_concurrency=5)
def route_images(event: SQSEvent) -> BatchAnswer:
    return inspections.route_images(event.to_dict(), linewatch.inspections)


@app.schedule("rate(1 minute)")
def follow_hosting(event: CloudWatchEvent) -> None:
    hosting.follow_hosting(event.detail, linewatch.hosting)


# The image is in a queue: inspect it and commit its inspection. Reserved concurrency would throttle, and a
# throttled delivery uses up one of an image's receives.


@app.on_sqs_message(
    queue_arn=queue_arn("inspection"), batch_size=10, maximum_concurrency=setting("InspectionConcurrency")
)
def inspect_images(event: SQSEvent) -> BatchAnswer:
    return inspections.inspect_images(event.to_dict(), linewatch.inspections)


# The same at once, for a sender who waits.


@app.lambda_function()
def inspect_at_once(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return inspections.inspect_at_once(event, linewatch.inspections)


# Before a new version of inspect_images gets images, where releases go by canary: no trigger of Chalice's but a hook of
# CodeDeploy's, in infra/canary/.


def check_release(hook: dict[str, str], _context: object) -> None:
    models.check_release(hook, linewatch.models)


# The table's stream goes to the event bus, whose rules choose what may alert, and past it to the queue of the lake.


@app.on_dynamodb_record(stream_arn=stream_arn("inspections"), batch_size=100, starting_position="TRIM_HORIZON")
def relay_changes(event: DynamoDBEvent) -> None:
    inspections.relay_changes(event.to_dict(), linewatch.inspections)


# Every result becomes a row of the lake. Few writers make few, large files.


@app.on_sqs_message(
    queue_arn=queue_arn("results"),
    batch_size=1000,
    maximum_batching_window_in_seconds=setting("ResultsWindow"),
    maximum_concurrency=2,
)
def archive_results(event: SQSEvent) -> BatchAnswer:
    return lake.archive_results(event.to_dict(), linewatch.lake)


@app.schedule("rate(1 hour)")
def compact_lake(_event: CloudWatchEvent) -> None:
    lake.compact_lake(linewatch.lake)


# Each morning of the plant, the report of the day before; each hour, whether images came late that change one.


@app.schedule("rate(1 hour)")
def print_reports(_event: CloudWatchEvent) -> None:
    daily.print_reports(linewatch.daily)


app.register_blueprint(daily_routes.routes(authorize, lambda: linewatch.daily))


# A version that runs in the shadow judges what the hosted one has judged. Its verdicts go to the lake only, as a run of
# their own.


app.register_blueprint(shadow_routes.routes(authorize, lambda: linewatch.shadow))


@app.on_sqs_message(queue_arn=queue_arn("shadows"), batch_size=10, maximum_concurrency=setting("ShadowConcurrency"))
def judge_in_shadow(event: SQSEvent) -> BatchAnswer:
    return shadow.judge_in_shadow(event.to_dict(), linewatch.shadow)


# People export the answers to the lake's named queries.


app.register_blueprint(exports.routes(authorize, lambda: linewatch.lake))


# People are alerted when they must act: at once, then in digests. Workers that alert for the same line take turns at
# its window: more of them would only wait.


@app.on_sqs_message(queue_arn=queue_arn("alerts"), batch_size=10, maximum_concurrency=2)
def raise_alerts(event: SQSEvent) -> BatchAnswer:
    return alerts.raise_alerts(event.to_dict(), linewatch.alerts)


app.register_blueprint(alert_routes.routes(authorize, lambda: linewatch.alerts))


@app.schedule("rate(1 minute)")
def send_digests(_event: CloudWatchEvent) -> None:
    alerts.send_digests(linewatch.alerts)


# People say what is right: their answers go the same way, from the table's stream to the lake.


app.register_blueprint(review_routes.routes(authorize, lambda: linewatch.reviews, lambda: linewatch.inspections))


# What happened to one image, step by step.


app.register_blueprint(traces.routes(authorize, lambda: linewatch.traces))


# Find what was lost: an image that ran out of attempts at once, everything else at night.


@app.on_sqs_message(queue_arn=queue_arn("inspection-dlq"), batch_size=10, maximum_concurrency=2)
def note_lost_images(event: SQSEvent) -> BatchAnswer:
    return recovery.note_lost_images(event.to_dict(), linewatch.recovery)


@app.schedule("cron(30 2 * * ? *)")
def reconcile(event: CloudWatchEvent) -> None:
    recovery.reconcile(event.context, linewatch.recovery)
