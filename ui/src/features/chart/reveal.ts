// Which entry of the chart stands for a record: itself, one folded into it, or a value of its series.
import type { ChartItem } from '../../generated/ChartItem';
import type { SectionKind } from '../../generated/SectionKind';

export interface Reveal {
  section: SectionKind;
  /** `Type/id`, the best first. */
  ids: readonly string[];
  /** Grows, so that the same can be asked for again. */
  count: number;
}

export function entryFor(
  items: readonly ChartItem[],
  ids: readonly string[],
): ChartItem | undefined {
  for (const id of ids) {
    const found = items.find(
      (item) =>
        item.id === id || item.also.includes(id) || item.series.some((point) => point.id === id),
    );
    if (found) return found;
  }
  return undefined;
}
