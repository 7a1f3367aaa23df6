// Instants and dates as the window shows them: 24 hours, ISO dates, the computer's time zone.

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** "14:32" */
export function clock(instant: string | null): string {
  const date = instant === null ? null : new Date(instant);
  if (!date || Number.isNaN(date.getTime())) return '';
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "2026-08-14", from an instant; a date, even a partial one, stays as it is. */
export function day(text: string): string {
  if (text.length <= 10) return text;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : isoDay(date);
}

export function isoDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "14:32" today, "2026-11-20 14:32" on another day. */
export function moment(instant: string, now = new Date()): string {
  const date = day(instant);
  return date === isoDay(now) ? clock(instant) : `${date} ${clock(instant)}`.trim();
}

/** "00:14:20" */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((n) => two(Math.floor(n)))
    .join(':');
}

export function dateInWeeks(weeks: number, now = new Date()): string {
  return isoDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + weeks * 7));
}

/** The same day of a later month; the last day where that month is shorter. */
export function dateInMonths(months: number, now = new Date()): string {
  const first = new Date(now.getFullYear(), now.getMonth() + months, 1);
  const days = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  return isoDay(new Date(first.getFullYear(), first.getMonth(), Math.min(now.getDate(), days)));
}

/** True for a date that exists, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T12:00:00`);
  return !Number.isNaN(date.getTime()) && isoDay(date) === text;
}
