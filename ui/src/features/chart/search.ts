// Search over what is loaded: every word must occur somewhere in the entry.
import type { ChartItem } from '../../generated/ChartItem';
import { shortName } from './wording';

const haystacks = new WeakMap<ChartItem, string>();

function haystack(item: ChartItem): string {
  let found = haystacks.get(item);
  if (found === undefined) {
    const { title, detail, status, date, source, icd10 } = item;
    found = [title, shortName(title), detail, status, date, source, icd10]
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
