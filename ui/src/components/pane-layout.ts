// Where the panes stand and how wide they are: the order, the shares, and what fits.

export type PaneName = 'room' | 'chart' | 'note';

export interface Layout {
  /** From left to right. */
  order: readonly PaneName[];
  /** Shares of the width; the chart takes what is left. */
  room: number;
  note: number;
  hidden: PaneName[];
}

export const defaultLayout: Layout = {
  order: ['room', 'chart', 'note'],
  room: 0.205,
  note: 0.42,
  hidden: [],
};

export const limits = { room: [0.12, 0.45], note: [0.25, 0.7] } as const;

/** Narrower than this a pane is of no use. */
const least: Record<PaneName, number> = { room: 212, chart: 280, note: 380 };
export const RAIL = 36;

/**
 * The panes that are drawn: those that are wanted, without the ones that were used longest ago
 * where the window is too narrow for all. `recent` begins with the newest.
 */
export function fitting(
  layout: Layout,
  recent: readonly PaneName[],
  width: number | undefined,
): PaneName[] {
  let shown = layout.order.filter((pane) => !layout.hidden.includes(pane));
  if (width === undefined || width === 0) return shown;
  const age = (pane: PaneName) => {
    const at = recent.indexOf(pane);
    return at < 0 ? recent.length + ['note', 'chart', 'room'].indexOf(pane) : at;
  };
  const needed = (panes: PaneName[]) =>
    panes.reduce((sum, pane) => sum + least[pane], (3 - panes.length) * RAIL);
  while (shown.length > 1 && needed(shown) > width) {
    const oldest = shown.reduce((a, b) => (age(a) >= age(b) ? a : b));
    shown = shown.filter((pane) => pane !== oldest);
  }
  return shown;
}

/** The same with one pane in a window of its own; of the others one at least stays. */
export function without(layout: Layout, away: PaneName | undefined): Layout {
  if (away === undefined) return layout;
  const hidden = [...new Set([away, ...layout.hidden])];
  return {
    ...layout,
    hidden: hidden.length < 3 ? hidden : hidden.filter((pane) => pane !== 'note'),
  };
}

/** The two panes at this divider change places. */
export function swapped(layout: Layout, index: number): Layout {
  const order = [...layout.order];
  const [left, right] = [order[index], order[index + 1]];
  if (left === undefined || right === undefined) return layout;
  order[index] = right;
  order[index + 1] = left;
  return { ...layout, order };
}

/** What a divider sizes: the pane on the side away from the chart. */
export function sizedBy(
  order: readonly PaneName[],
  index: number,
): { pane: 'room' | 'note'; direction: 1 | -1 } {
  const chartIsLeft = order.indexOf('chart') <= index;
  const pane = order[chartIsLeft ? index + 1 : index];
  return { pane: pane === 'room' ? 'room' : 'note', direction: chartIsLeft ? -1 : 1 };
}

export function columns({ order, room, note }: Layout, shown: readonly PaneName[]): string {
  const takesRest = (['chart', 'note', 'room'] as const).find((pane) => shown.includes(pane));
  const width = (pane: PaneName) => {
    if (!shown.includes(pane)) return `${RAIL}px`;
    if (pane === takesRest) return `minmax(min(${least[pane]}px, 100%), 1fr)`;
    const share = pane === 'room' ? room : note;
    const most = limits[pane === 'room' ? 'room' : 'note'][1] * 100;
    return `clamp(${least[pane]}px, ${share * 100}%, ${most}%)`;
  };
  return order.map(width).join(' auto ');
}
