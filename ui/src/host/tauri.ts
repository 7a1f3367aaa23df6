// The desktop window: one command, one event.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { AppEvent } from '../generated/AppEvent';
import type { Host } from './host';

export function tauriHost(): Host {
  return {
    call: (name, args) => invoke('call', { name, arguments: args }),
    events(onEvent, onGap) {
      let stopped = false;
      let unlisten: (() => void) | undefined;
      void listen<AppEvent>('chartside', (event) => {
        if (!stopped) onEvent(event.payload);
      }).then((stop) => {
        if (stopped) stop();
        else {
          unlisten = stop;
          // Listening begins a moment after the first fetch: look once more.
          onGap?.();
        }
      });
      return () => {
        stopped = true;
        unlisten?.();
      };
    },
  };
}
