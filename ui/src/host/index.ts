// Picks the host that carries this window.
import { browserHost, takeAddress } from './browser';
import type { Host } from './host';

export type { Host } from './host';

declare global {
  interface Window {
    __TAURI_INTERNALS__?: unknown;
  }
}

/** `null`: the page was opened without a host. */
export async function pickHost(): Promise<Host | null> {
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
