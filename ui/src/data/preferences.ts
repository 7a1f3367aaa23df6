// What this computer remembers about the window: theme, density, pane sizes. Never anything about a patient.
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { defaultLayout, type Layout, type PaneName } from '../components/pane-layout';
import type { SectionKind } from '../generated/SectionKind';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

export interface Preferences {
  theme: Theme;
  density: Density;
  /** Of the screens as they are connected now. */
  layout: Layout;
  /** Sections of the chart that stay on top; their kinds only. */
  pins: SectionKind[];
  /** Words that nobody knows are marked in the note. */
  spelling: boolean;
}

interface Kept {
  theme: Theme;
  density: Density;
  /** By the screens that are connected: each set-up has its own. */
  layouts: Record<string, Layout>;
  pins: SectionKind[];
  spelling: boolean;
}

const KEY = 'chartside.window';
const SETUPS = 8;
const panes: PaneName[] = ['room', 'chart', 'note'];

/** Which screen the window is on, by its size alone. */
function display(): string {
  const { width, height } = window.screen;
  return `${width}x${height}@${window.devicePixelRatio}`;
}

function share(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value > 0 && value < 1 ? value : otherwise;
}

function layoutOf(found: unknown): Layout {
  const { room, note, hidden, order } = (found ?? {}) as Record<keyof Layout, unknown>;
  const away: unknown[] = Array.isArray(hidden) ? hidden : [];
  const asked: unknown[] = Array.isArray(order) ? order : [];
  const kept = asked.filter((one): one is PaneName => panes.includes(one as PaneName));
  return {
    order: [...new Set([...kept, ...panes])],
    room: share(room, defaultLayout.room),
    note: share(note, defaultLayout.note),
    hidden: panes.filter((pane) => away.includes(pane)).slice(0, 2),
  };
}

function load(): Kept {
  const standard: Kept = {
    theme: 'system',
    density: 'comfortable',
    layouts: {},
    pins: [],
    spelling: true,
  };
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<
      Record<keyof Kept | 'layout', unknown>
    >;
    const setups = Object.entries(found.layouts ?? {}).slice(-SETUPS);
    const pins: unknown[] = Array.isArray(found.pins) ? found.pins : [];
    return {
      theme: (['system', 'light', 'dark'] as const).find((one) => one === found.theme) ?? 'system',
      density: found.density === 'compact' ? 'compact' : 'comfortable',
      layouts: Object.fromEntries(setups.map(([key, layout]) => [key, layoutOf(layout)])),
      // A kind that is gone matches no section.
      pins: pins.filter((one): one is SectionKind => typeof one === 'string'),
      spelling: found.spelling !== false,
    };
  } catch {
    return standard;
  }
}

function onDisplay(listener: () => void) {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

export interface PreferencesPort extends Preferences {
  change: (part: Partial<Preferences>) => void;
}

export function usePreferences(): PreferencesPort {
  const [kept, setKept] = useState(load);
  const here = useSyncExternalStore(onDisplay, display);
  const { theme, density, pins, spelling } = kept;
  const layout = kept.layouts[here] ?? defaultLayout;

  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
      document.documentElement.dataset['theme'] = shown;
      document.documentElement.dataset['density'] = density;
      // What measured itself measures again.
      window.dispatchEvent(new Event('resize'));
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme, density]);

  useEffect(() => {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Storage may be switched off; then the window simply starts with the standard layout.
    }
  }, [kept]);

  const change = useCallback(
    ({ layout: next, ...part }: Partial<Preferences>) =>
      setKept((before) => ({
        ...before,
        ...part,
        ...(next ? { layouts: { ...before.layouts, [here]: next } } : {}),
      })),
    [here],
  );
  return { theme, density, layout, pins, spelling, change };
}
