// Times and numbers as people read them here.

import { h } from "./dom.js";
import { locale, t } from "./words.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1, hourCycle: "h23" });
const plain = new Intl.NumberFormat(locale);

export const number = (value) => plain.format(value);
export const digits = (value, places) =>
  value.toLocaleString(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
export const percent = (share, places = 1) => `${digits(100 * share, places)}\u00a0%`;

// A price of a cent at least, so that nothing that costs looks free.
export const usd = (value) => (value < 0.01 ? t("under a cent") : `${digits(value, 2)} USD`);

// The time of day; with the date unless it is today. The zone is in its title.
export function time(text) {
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  const shown = today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
  return h("time", { datetime: text, title: whole.format(at) }, shown);
}

export function ago(text) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(text)) / 1000));
  if (seconds < 60) return t("seconds ago", { n: number(seconds) });
  if (seconds < 3600) return t("minutes ago", { n: number(Math.floor(seconds / 60)) });
  if (seconds < 172800) return t("hours ago", { n: number(Math.floor(seconds / 3600)) });
  return t("days ago", { n: number(Math.floor(seconds / 86400)) });
}

// How long something takes, in words of one unit.
export function lasting(seconds) {
  if (seconds < 1) return `${number(Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${digits(seconds, 1)} s`;
  if (seconds < 120) return `${number(Math.round(seconds))} s`;
  if (seconds < 7200) return `${number(Math.round(seconds / 60))} min`;
  return seconds < 172800 ? `${number(Math.round(seconds / 3600))} h` : t("short days", { n: number(Math.round(seconds / 86400)) });
}

// The time of day with tenths of a second, for what happens within one.
export function exactTime(text) {
  return h("time", { datetime: text, title: whole.format(new Date(text)) }, exact.format(new Date(text)));
}

export function midnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate());
}
