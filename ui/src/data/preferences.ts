// What this computer remembers about the window: theme, density, pane sizes. Never anything about a patient.
import { useCallback, useEffect, useState } from 'react';
import { defaultLayout, type Layout, type PaneName } from '../components/Panes';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

export interface Preferences {
  theme: Theme;
  density: Density;
  layout: Layout;
}

const KEY = 'chartside.window';
const standard: Preferences = { theme: 'system', density: 'comfortable', layout: defaultLayout };

function share(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value > 0 && value < 1 ? value : otherwise;
}

function load(): Preferences {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '{}') as {
      theme?: unknown;
      density?: unknown;
      layout?: { room?: unknown; note?: unknown; hidden?: unknown };
    };
    const hidden: unknown[] = Array.isArray(found.layout?.hidden) ? found.layout.hidden : [];
    const panes: PaneName[] = ['room', 'chart', 'note'];
    return {
      theme: (['system', 'light', 'dark'] as const).find((one) => one === found.theme) ?? 'system',
      density: found.density === 'compact' ? 'compact' : 'comfortable',
      layout: {
        room: share(found.layout?.room, defaultLayout.room),
        note: share(found.layout?.note, defaultLayout.note),
        hidden: panes.filter((pane) => hidden.includes(pane)).slice(0, 2),
      },
    };
  } catch {
    return standard;
  }
}

export interface PreferencesPort extends Preferences {
  change: (part: Partial<Preferences>) => void;
}

export function usePreferences(): PreferencesPort {
  const [preferences, setPreferences] = useState(load);

  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const { theme } = preferences;
      const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
      document.documentElement.dataset['theme'] = shown;
      document.documentElement.dataset['density'] = preferences.density;
      // What measured itself measures again.
      window.dispatchEvent(new Event('resize'));
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [preferences]);

  useEffect(() => {
    try {
      localStorage.setItem(KEY, JSON.stringify(preferences));
    } catch {
      // Storage may be switched off; then the window simply starts with the standard layout.
    }
  }, [preferences]);

  const change = useCallback(
    (part: Partial<Preferences>) => setPreferences((before) => ({ ...before, ...part })),
    [],
  );
  return { ...preferences, change };
}
