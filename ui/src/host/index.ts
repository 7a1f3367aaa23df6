// Picks the host that carries this window.
import { browserHost, takeAddress } from './browser';
import type { Host } from './host';

export type { Host } from './host';

declare global {
  interface Window {
    __TAURI_INTERNALS__?: unknown;
  }
}

export interface Opened {
  host: Host;
  /** This window shows the chart and nothing else. */
  isChart: boolean;
}

/** `null`: the page was opened without a host. */
export async function pickHost(): Promise<Opened | null> {
  const isChart = new URLSearchParams(window.location.hash.slice(1)).get('pane') === 'chart';
  const host = await carrier();
  return host && { host, isChart };
}

async function carrier(): Promise<Host | null> {
  if (window.__TAURI_INTERNALS__ !== undefined) {
    const { tauriHost } = await import('./tauri');
    return tauriHost();
  }
  // Only while developing and for screenshots (`vite build --mode screens`): a release bundle has no fake.
  if (import.meta.env.DEV || import.meta.env.MODE === 'screens') {
    const asked = new URLSearchParams(window.location.hash.slice(1));
    const scene = asked.get('fake');
    if (scene !== null) {
      const { fakeHost } = await import('./fake');
      const delay = asked.get('delay');
      return fakeHost({ scene, ...(delay === null ? {} : { delay: Number(delay) }) });
    }
  }
  const address = takeAddress(window.location, window.history);
  return address ? browserHost(address) : null;
}
