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
  if (import.meta.env.DEV && window.location.hash.startsWith('#fake')) {
    const { fakeHost } = await import('./fake');
    return fakeHost({ scene: window.location.hash.slice('#fake='.length) });
  }
  const address = takeAddress(window.location, window.history);
  return address ? browserHost(address) : null;
}
