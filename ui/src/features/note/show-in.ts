// Selects a stretch of a section's text and brings it on the screen.
import { placeOf } from './caret';
import type { Stretch } from './phrase-token';

export function showIn(area: HTMLTextAreaElement, { start, end }: Stretch): void {
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  const scroller = area.closest<HTMLElement>('[data-testid="note"]');
  if (!scroller) return;
  // A long section is higher than the window: what counts is the line, not the field.
  const line = area.getBoundingClientRect().top + placeOf(area, start).top;
  const frame = scroller.getBoundingClientRect();
  if (line > frame.top + 32 && line < frame.bottom - 32) return;
  scroller.scrollTop += line - (frame.top + frame.height / 3);
}
