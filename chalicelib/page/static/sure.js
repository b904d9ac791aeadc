// Why a verdict is as sure as it is, in words.

import { digits, number, percent } from "./format.js";
import { t } from "./words.js";

const SURE = 0.9;
const FAIRLY = 0.5;
const SMALL = 0.01;
const LARGE = 0.25;
const MANY = 3;

export function sureness(inspection) {
  const { anomaly_probability: probability, confidence, verdict } = inspection;
  if (verdict === "unfamiliar") return t("unfamiliar means");
  if (verdict === "rejected") return t("rejected means");
  if (probability === null) return t("failed means");
  const values = { p: percent(probability), sure: digits(confidence, 2) };
  if (confidence >= SURE) return t("sure", values);
  return t(confidence >= FAIRLY ? "fairly sure" : "not sure", values);
}

// What in the image speaks for and against the verdict, where the model is not sure; null where it is.
export function whyUnsure({ confidence, area_fraction: area, boxes }) {
  if (confidence === null || confidence >= SURE || area === null) return null;
  const share = percent(area);
  if (!boxes.length) return t("why no spot");
  if (area > LARGE) return t("why large", { share });
  if (boxes.length >= MANY) return t("why many", { n: number(boxes.length), share });
  return t(area < SMALL ? "why small" : "why some", { share });
}
