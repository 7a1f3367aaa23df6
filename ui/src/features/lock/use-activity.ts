// Tells the host that somebody is here, so that it does not lock: at most every 15 seconds, and once
// more for the input that fell between. A call counts too, since listening to it needs no key; but not
// without end, since a call may be marked as running long after everybody left.
import { useEffect } from 'react';
import type { WorkedOn } from '../../generated/WorkedOn';
import type { Client } from '../../data/client';

export const ACTIVITY_MS = 15_000;
/** For how long after the last input a call keeps the chart uncovered. */
export const CALL_MS = 2 * 60 * 60_000;
const inputs = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'input'] as const;

/** What an input in this place is work on. */
function workedOn(target: EventTarget | null): WorkedOn | undefined {
  if (!(target instanceof Element)) return undefined;
  if (target.closest('#pane-chart')) return 'chart';
  return target.closest('#pane-note') ? 'note' : undefined;
}

export function useActivity(client: Client, isOn: boolean, visit: string | null): void {
  useEffect(() => {
    if (!isOn) return;
    let pause: ReturnType<typeof setTimeout> | undefined;
    let again = false;
    let on: WorkedOn | undefined;
    const tell = () => {
      // A refusal changes nothing here: a lock is seen in the state of the app.
      const work = visit === null || on === undefined ? {} : { visit, on };
      on = undefined;
      client.host.call('activity', work).catch(() => undefined);
      pause = setTimeout(() => {
        pause = undefined;
        if (!again) return;
        again = false;
        tell();
      }, ACTIVITY_MS);
    };
    const onInput = (event: Event) => {
      on = workedOn(event.target) ?? on;
      if (pause === undefined) tell();
      else again = true;
    };
    const options = { capture: true, passive: true };
    for (const name of inputs) window.addEventListener(name, onInput, options);
    return () => {
      clearTimeout(pause);
      for (const name of inputs) window.removeEventListener(name, onInput, options);
    };
  }, [client, isOn, visit]);
}

/** While a call runs, listening to it is being here. */
export function useCallActivity(client: Client, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    let until = Date.now() + CALL_MS;
    const onInput = () => {
      until = Date.now() + CALL_MS;
    };
    const tell = () => {
      if (Date.now() < until) client.host.call('activity', {}).catch(() => undefined);
    };
    tell();
    const timer = setInterval(tell, ACTIVITY_MS);
    const options = { capture: true, passive: true };
    for (const name of inputs) window.addEventListener(name, onInput, options);
    return () => {
      clearInterval(timer);
      for (const name of inputs) window.removeEventListener(name, onInput, options);
    };
  }, [client, isOn]);
}
