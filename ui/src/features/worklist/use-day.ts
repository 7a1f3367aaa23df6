// The day's list over a visit, and the next patient with one key, from wherever one is.
import { useEffect, useRef, useState } from 'react';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import { worklist as text } from '../../text/worklist';

export interface Day {
  /** The list is on screen, not a visit. */
  isShown: boolean;
  show: () => void;
  /** A visit was opened from the list. */
  leave: () => void;
  nextPatient: () => void;
}

export function useDay(app: AppView | undefined): Day {
  const { host } = useClient();
  const say = useToast();
  /** The visit that the list stands over. Another one that comes, by launch or from here, is shown. */
  const [over, setOver] = useState<string>();
  const current = app?.current_visit ?? undefined;
  const ready = app?.phase === 'ready' && app.session !== null;

  const openNext = async () => {
    const { next } = await host.call('worklist_get', {});
    if (next === null) return say(text.noNext);
    const { visit } = await host.call('worklist_open', { appointment: next });
    if (visit !== null) setOver(undefined);
  };
  const day: Day = {
    isShown: current === undefined || over === current,
    show: () => setOver(current),
    leave: () => setOver(undefined),
    nextPatient: () =>
      void openNext().catch((thrown: unknown) => say(toCommandError(thrown).message)),
  };
  useDayKeys(ready ? day : undefined);
  return day;
}

/** Alt, so that they work while one types too. Not over a dialog: that is answered first. */
function useDayKeys(day: Day | undefined) {
  const latest = useRef(day);
  useEffect(() => {
    latest.current = day;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.code !== 'KeyN' && event.code !== 'KeyW') return;
      if (!latest.current || document.querySelector('[role="dialog"]')) return;
      event.preventDefault();
      if (event.repeat) return;
      if (event.code === 'KeyN') latest.current.nextPatient();
      else latest.current.show();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
