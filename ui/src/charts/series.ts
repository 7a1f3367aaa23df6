// What of a series can be drawn, on which axis: true days, one unit an axis, and the rest named.
import type { ItemFlag } from '../generated/ItemFlag';
import { codeOf, conversion } from './units';

/** A point as the backend gives it. */
export interface Measured {
  date: string | null;
  value: string;
  unit: string;
  number: number | null;
  ucum?: string | null;
  second?: number | null;
  range?: { low: number | null; high: number | null; words: string } | null;
  flag?: ItemFlag | null;
  status?: string | null;
}

export interface Drawn {
  from: Measured;
  /** Noon of the day, in milliseconds. */
  time: number;
  value: number;
  second: number | null;
  low: number | null;
  high: number | null;
}

export interface Axis {
  /** As the newest value on it is written. */
  unit: string;
  points: Drawn[];
}

export interface Drawing {
  /** Each has one unit and at least two points; the newest first. */
  axes: Axis[];
  /** Values that are in the table only: words, limits, without a day, or alone in their unit. */
  left: Measured[];
}

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** A month or a year alone has no place on an axis of days. */
function timeOf(date: string | null): number | undefined {
  if (date === null || !DAY.test(date)) return undefined;
  const time = Date.parse(`${date.slice(0, 10)}T12:00:00Z`);
  return Number.isNaN(time) ? undefined : time;
}

export function drawingOf(series: readonly Measured[]): Drawing {
  const left: Measured[] = [];
  const axes: (Axis & { code: string })[] = [];
  // From the newest on, so that the axis has the unit in which the clinic measures now.
  for (const from of [...series].reverse()) {
    const time = timeOf(from.date);
    if (time === undefined || from.number === null || !Number.isFinite(from.number)) {
      left.push(from);
      continue;
    }
    const code = codeOf(from.ucum, from.unit);
    let axis = axes.find((one) => conversion(code, one.code) !== undefined);
    if (!axis) {
      axis = { unit: from.unit, code, points: [] };
      axes.push(axis);
    }
    const convert = conversion(code, axis.code) ?? ((value: number) => value);
    const also = (value: number | null | undefined) => (value == null ? null : convert(value));
    axis.points.unshift({
      from,
      time,
      value: convert(from.number),
      second: also(from.second ?? secondOf(from.value)),
      low: also(from.range?.low),
      high: also(from.range?.high),
    });
  }
  for (const axis of axes) axis.points.sort((a, b) => a.time - b.time);
  const alone = axes.filter((axis) => axis.points.length < 2);
  left.push(...alone.flatMap((axis) => axis.points.map((point) => point.from)));
  return { axes: axes.filter((axis) => axis.points.length >= 2), left };
}

/** The diastolic pressure of "138/86". */
function secondOf(value: string): number | null {
  const found = /^\d+(?:\.\d+)?\s*\/\s*(\d+(?:\.\d+)?)$/.exec(value)?.[1];
  return found === undefined ? null : Number(found);
}

/** A few round numbers over this span. */
export function ticks(least: number, most: number, about = 3): number[] {
  const span = most - least;
  if (!(span > 0)) return [least];
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const found: number[] = [];
  for (let at = Math.ceil(least / step); at * step <= most + step * 1e-9; at += 1)
    found.push(Number((at * step).toPrecision(12)));
  return found;
}

/** First days of years or months between the two, as few as fit: their time and their words. */
export function dayTicks(
  from: number,
  to: number,
  most: number,
): { time: number; words: string }[] {
  const start = new Date(from);
  for (const months of [1, 3, 6, 12, 24, 60, 120, 240]) {
    const found: { time: number; words: string }[] = [];
    const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
    for (let month = first; ; month += months) {
      const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
      if (time > to) break;
      const date = new Date(time).toISOString();
      if (time >= from) found.push({ time, words: date.slice(0, months >= 12 ? 4 : 7) });
    }
    if (found.length <= most) return found;
  }
  return [];
}
