// Search over what is loaded: every word must occur somewhere in the entry.
import type { ChartItem } from '../../generated/ChartItem';

const haystacks = new WeakMap<ChartItem, string>();

function haystack(item: ChartItem): string {
  let found = haystacks.get(item);
  if (found === undefined) {
    found = [item.title, item.detail, item.status, item.date, item.source, item.icd10]
      .filter((part) => part !== null)
      .join(' ')
      .toLowerCase();
    haystacks.set(item, found);
  }
  return found;
}

export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

export function matches(item: ChartItem, words: readonly string[]): boolean {
  const text = haystack(item);
  return words.every((word) => text.includes(word));
}

/** "Hemoglobin A1c: 8.1 % (2026-11-02)" */
export function noteLine(item: ChartItem): string {
  const detail = item.detail === null ? '' : `: ${item.detail}`;
  const date = item.date === null ? '' : ` (${item.date.slice(0, 10)})`;
  return `${item.title}${detail}${date}`;
}
