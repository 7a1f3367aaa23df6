// The arrow keys among the entries of the chart, across its sections.
import type { KeyboardEvent } from 'react';

const ROW = 'li[data-row]';

function rowsIn(body: HTMLElement): HTMLElement[] {
  return [...body.querySelectorAll<HTMLElement>(ROW)];
}

export function focusRow(body: HTMLElement | null, index: number): void {
  const row = body && rowsIn(body)[index];
  if (!row) return;
  row.focus();
  row.scrollIntoView({ block: 'nearest' });
}

/** What Enter does with the entry that has the focus. */
export function openFocused(): void {
  const row = document.activeElement;
  if (!row?.matches(ROW)) return;
  row.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }),
  );
}

export function moveAmongRows(event: KeyboardEvent, body: HTMLElement): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
  const row = event.target.closest<HTMLElement>(ROW);
  // A chart or a table inside the entry has arrow keys of its own.
  if (!row || event.target.closest('[data-own-arrows]')) return;
  event.preventDefault();
  const next = rowsIn(body).indexOf(row) + step;
  if (next >= 0) focusRow(body, next);
}
