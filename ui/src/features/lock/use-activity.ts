// Tells the host that somebody is at the keyboard, so that it does not lock: at most every 15 seconds,
// and once more for the input that fell between.
import { useEffect } from 'react';
import type { Client } from '../../data/client';

export const ACTIVITY_MS = 15_000;
const inputs = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'input'] as const;

export function useActivity(client: Client, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    let pause: ReturnType<typeof setTimeout> | undefined;
    let again = false;
    const tell = () => {
      // A refusal changes nothing here: a lock is seen in the state of the app.
      client.host.call('activity', {}).catch(() => undefined);
      pause = setTimeout(() => {
        pause = undefined;
        if (!again) return;
        again = false;
        tell();
      }, ACTIVITY_MS);
    };
    const onInput = () => {
      if (pause === undefined) tell();
      else again = true;
    };
    const options = { capture: true, passive: true };
    for (const name of inputs) window.addEventListener(name, onInput, options);
    return () => {
      clearTimeout(pause);
      for (const name of inputs) window.removeEventListener(name, onInput, options);
    };
  }, [client, isOn]);
}
