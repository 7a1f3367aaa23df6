// Finding words in the sections of the note. Nothing here touches the page.
export interface Searched {
  section: string;
  title: string;
  text: string;
}

export interface Found {
  section: string;
  title: string;
  start: number;
  end: number;
  before: string;
  hit: string;
  after: string;
}

export const MOST_FOUND = 200;
const AROUND = 32;

/** Every place where the words stand, in the order of the note; upper and lower case are the same. */
export function findIn(sections: readonly Searched[], words: string): Found[] {
  const found: Found[] = [];
  if (words.trim() === '') return found;
  const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  for (const { section, title, text } of sections) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      found.push({
        section,
        title,
        start,
        end,
        before: text.slice(Math.max(0, start - AROUND), start),
        hit: match[0],
        after: text.slice(end, end + AROUND),
      });
      if (found.length === MOST_FOUND) return found;
    }
  }
  return found;
}
