// Where the focus goes when something else asks for it: a blocker, a shortcut, a command.
import type { Blocker } from '../generated/Blocker';

/** Long enough for a closing overlay to give the focus back first. */
export const AFTER_OVERLAY_MS = 80;

function focusable(element: Element | null): HTMLElement | null {
  if (!(element instanceof HTMLElement)) return null;
  const selector = 'input:not([disabled]), textarea, select, button:not([disabled])';
  if (element.matches(selector)) return element;
  return element.querySelector<HTMLElement>(selector) ?? element;
}

export function focusId(...ids: string[]): void {
  for (const id of ids) {
    const target = focusable(document.getElementById(id));
    if (target) {
      target.scrollIntoView({ block: 'center' });
      target.focus({ preventScroll: true });
      return;
    }
  }
}

/** The first long field of this part of the window in which nothing stands. */
export function firstEmptyField(part: string): string | undefined {
  const fields = document.getElementById(part)?.querySelectorAll('textarea') ?? [];
  return [...fields].find((field) => field.value === '')?.id;
}

/** The focus is in this part of the window. */
export function isWithin(part: string): boolean {
  return document.getElementById(part)?.contains(document.activeElement) === true;
}

/** All of it can be seen: neither folded away nor scrolled out of its pane. */
export function isOnScreen(id: string): boolean {
  const element = document.getElementById(id);
  if (!element) return false;
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const shows = (y: number) => element.contains(document.elementFromPoint((left + right) / 2, y));
  return right > left && shows(top + 2) && shows(bottom - 2);
}

export function focusSoon(...ids: string[]): void {
  setTimeout(() => focusId(...ids), AFTER_OVERLAY_MS);
}

/** The places to try for a blocker, best first. */
export function placesOf({ kind, target }: Blocker): string[] {
  const name = target?.replaceAll('_', '-');
  switch (kind) {
    case 'identity':
      return ['identity'];
    case 'note':
      return [...(target === null ? [] : [`note-${target}`]), 'part-note'];
    case 'facts':
      return [...(name === undefined ? [] : [`fact-${name}`]), 'part-facts'];
    case 'codes':
      return [
        ...(target === null ? [] : [`charge-${target}`, `excluded-${target}`]),
        'dx-search',
        'part-codes',
      ];
    case 'rights':
      return ['part-note'];
  }
}
