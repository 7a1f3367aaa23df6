// Focus never falls to nobody: when what has it goes away or is switched off, the nearest place that is left
// takes it, so that the next key goes on from there.
import { useEffect } from 'react';
import { AFTER_OVERLAY_MS } from './focus';

/** Where to go on when nothing around the lost element is left: whose chart it is, else the screen itself. */
const LAST = ['#identity', 'main'];

export function useKeptFocus(): void {
  useEffect(() => {
    let last: HTMLElement | undefined;
    /** Names of what was around it, the nearest first: a row that became another one keeps its name. */
    let around: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;

    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement) || target === document.body) return;
      last = target;
      around = [];
      for (let one: HTMLElement | null = target; one; one = one.parentElement)
        if (one.id !== '' && one.id !== 'root') around.push(`#${CSS.escape(one.id)}`);
    };
    const rescue = () => {
      timer = undefined;
      const now = document.activeElement;
      const isSomewhere = now instanceof HTMLElement && now !== document.body && canHaveFocus(now);
      if (!last || isSomewhere || canHaveFocus(last)) return;
      last = undefined;
      const place = [...around, ...LAST]
        .map((name) => document.querySelector<HTMLElement>(name))
        .find((one) => one !== null && canHaveFocus(one));
      if (!place) return;
      if (place.tabIndex < 0) place.tabIndex = -1;
      place.focus({ preventScroll: true });
    };
    // Later: an overlay that closes gives the focus back by itself.
    const observer = new MutationObserver(() => {
      if (timer === undefined && last && !canHaveFocus(last))
        timer = setTimeout(rescue, AFTER_OVERLAY_MS);
    });
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled', 'hidden', 'inert'],
    });
    document.addEventListener('focusin', onFocus);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      document.removeEventListener('focusin', onFocus);
    };
  }, []);
}

function canHaveFocus(element: HTMLElement): boolean {
  return (
    element.isConnected &&
    !element.matches(':disabled') &&
    element.closest('[hidden], [inert], [aria-hidden="true"]') === null
  );
}
