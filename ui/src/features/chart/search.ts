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

export function countMatches(
  sections: readonly { items: readonly ChartItem[] }[],
  words: readonly string[],
): number {
  let count = 0;
  for (const { items } of sections) for (const item of items) if (matches(item, words)) count += 1;
  return count;
}

export interface Piece {
  text: string;
  found: boolean;
}

/** The text cut where the words of the search occur in it, without regard to case. */
export function pieces(text: string, words: readonly string[]): Piece[] {
  const lower = text.toLowerCase();
  // A letter that changes its length with its case would shift every place after it.
  if (lower.length !== text.length) return [{ text, found: false }];
  const marked = new Uint8Array(text.length);
  for (const word of words)
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1))
      marked.fill(1, at, at + word.length);
  const parts: Piece[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    while (end < text.length && marked[end] === marked[start]) end += 1;
    parts.push({ text: text.slice(start, end), found: marked[start] === 1 });
  }
  return parts;
}
