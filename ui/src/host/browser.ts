// The development host: the same commands over loopback HTTP, events as server-sent events.
// The token arrives in the fragment, leaves the address at once, and lives in memory only.
import type { AppEvent } from '../generated/AppEvent';
import type { CommandError } from '../generated/CommandError';
import type { Commands } from '../generated/commands';
import type { Host } from './host';
import { eventsFrom } from './sse';

/** A page that is leaving may still send this much. */
const KEEPALIVE_LIMIT = 60_000;

export interface Address {
  base: string;
  token: string;
}

/** Reads `#host=…&token=…` and removes it from the address. */
export function takeAddress(location: Location, history: History): Address | null {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const base = parameters.get('host');
  const token = parameters.get('token');
  if (!base || !token) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return { base: base.replace(/\/$/, ''), token };
}

function unreachable(): CommandError {
  return {
    code: 'internal',
    message: 'Chartside does not answer. Nothing that was saved is lost. Try again.',
    retryable: true,
    correlation_id: '',
  };
}

export function browserHost({ base, token }: Address): Host {
  const headers = { Authorization: `Bearer ${token}` };
  return {
    async call<N extends keyof Commands>(name: N, args: Commands[N]['arguments']) {
      const body = JSON.stringify(args);
      let answer: Response;
      let value: unknown;
      try {
        answer = await fetch(`${base}/command/${name}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body,
          keepalive: body.length < KEEPALIVE_LIMIT,
        });
        value = await answer.json();
      } catch {
        throw unreachable();
      }
      if (!answer.ok) throw value as CommandError;
      return value as Commands[N]['result'];
    },
    openChart: () => {
      const address = new URLSearchParams({ host: base, token, pane: 'chart' });
      window.open(`${window.location.pathname}#${address.toString()}`, 'chartside-chart');
    },
    download: async () => {
      const answer = await fetch(`${base}/download`, { method: 'POST', headers });
      if (!answer.ok) throw unreachable();
      const { name, data } = (await answer.json()) as { name: string; data: string };
      const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    events(onEvent, onGap) {
      const stop = new AbortController();
      void follow(stop.signal, onEvent, onGap);
      return () => stop.abort();
    },
  };

  async function follow(
    signal: AbortSignal,
    onEvent: (event: AppEvent) => void,
    onGap?: () => void,
  ) {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const answer = await fetch(`${base}/events`, {
          headers: { ...headers, Accept: 'text/event-stream' },
          signal,
        });
        if (answer.ok && answer.body) {
          failures = 0;
          onGap?.();
          for await (const data of eventsFrom(answer.body)) onEvent(JSON.parse(data) as AppEvent);
        }
      } catch {
        // The stream broke; the wait below comes first, then it is opened again.
      }
      failures += 1;
      await pause(Math.min(5_000, 200 * 2 ** Math.min(failures, 5)), signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
