"""Every view of the page, of a plant in which each has something to show."""

from collections.abc import Mapping

from tests.page.comparisons import begun, ended
from tests.page.datasets import BucketImages, fill, measured, remark
from tests.page.plant import Plant

VIEWS: Mapping[str, str] = {
    "live": "live/line-1",
    "wall": "live/line-1?wall=1",
    "card": "inspections/{defect}",
    "card-unsure": "inspections/{unsure}",
    "card-unfamiliar": "inspections/{strange}",
    "review": "review",
    "models": "models",
    "report": "models/3",
    "comparison": "comparisons/{comparison}",
    "dataset": "dataset/train",
    "threshold": "threshold/3?escape_cost=50&reject_cost=0.8&defect_share=0.02",
    "detect": "detect",
    "reports": "reports",
    "admin": "admin",
    "people": "people",
}


def addresses(plant: Plant) -> dict[str, str]:
    """Fills the plant: the address of each view behind the project, by its name."""
    plant.morning()
    fill(plant)
    remark(plant)
    plant.the_day_before()
    measured(plant)
    plant.calendar()
    comparison = begun(plant)
    ended(plant, comparison)
    plant.daily_reports()
    plant.linewatch.projects.image_store = BucketImages(plant.bucket)
    named = {each.image_id: each.inspection_id for each in plant.inspections.items.values()}
    ids = {"defect": named["part-4759"], "unsure": named["part-4756"], "strange": named["part-4752"]}
    ids["comparison"] = comparison.comparison_id
    return {name: address.format(**ids) for name, address in VIEWS.items()}
