// The keys that work everywhere in the window.
import { useEffect, useRef } from 'react';
import { inText, withMod } from '../../data/keys';
import type { PaneName } from '../../components/pane-layout';

export interface KeyActions {
  /** An overlay is open: only its own keys and the signing key count. */
  overlay: boolean;
  search: () => void;
  pane: (pane: PaneName) => void;
  palette: () => void;
  shortcuts: () => void;
  /** Whose chart it is; the next diagnosis; the next follow-up. */
  identity: () => void;
  diagnosis: () => void;
  followUp: () => void;
  /** The next fact that is not said yet. */
  openFact: () => void;
  sign: () => void;
  /** The next word that nobody knows. */
  spelling: () => void;
}

const digits: Record<string, PaneName> = { Digit1: 'room', Digit2: 'chart', Digit3: 'note' };
const letters: Record<string, 'identity' | 'diagnosis' | 'followUp' | 'openFact'> = {
  KeyI: 'identity',
  KeyD: 'diagnosis',
  KeyF: 'followUp',
  KeyO: 'openFact',
};

export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const act = find(event, latest.current);
      if (!act || event.repeat) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function find(event: KeyboardEvent, actions: KeyActions): (() => void) | undefined {
  if (withMod(event) && !event.altKey && !event.shiftKey) {
    if (event.key === 'Enter') return actions.sign;
    if (event.key.toLowerCase() === 'k' && !actions.overlay) return actions.palette;
    return undefined;
  }
  if (event.key === 'F7' && !event.shiftKey && !event.altKey) return actions.spelling;
  if (actions.overlay) return undefined;
  if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const pane = digits[event.code];
    const letter = letters[event.code];
    return pane ? () => actions.pane(pane) : letter && actions[letter];
  }
  if (event.altKey || event.ctrlKey || event.metaKey || inText(event.target)) return undefined;
  if (event.key === '/') return actions.search;
  if (event.key === '?') return actions.shortcuts;
  return undefined;
}
