// What is being typed of a phrase or a value, and where the fields of a text are. Nothing here touches the page.

export interface Token {
  kind: 'phrase' | 'value';
  /** From the dot or the braces to the caret. */
  start: number;
  end: number;
  /** What of the name is typed so far. */
  typed: string;
}

export interface Stretch {
  start: number;
  end: number;
}

/** Longer than any name with what stands before it. */
const LOOK_BACK = 48;

/** The token right before the caret. */
export function tokenAt(text: string, caret: number): Token | undefined {
  const before = text.slice(Math.max(0, caret - LOOK_BACK), caret);
  const value = /\{\{([a-z0-9 ]*)$/i.exec(before);
  if (value) {
    const [all, typed = ''] = value;
    return { kind: 'value', start: caret - all.length, end: caret, typed: typed.toLowerCase() };
  }
  const phrase = /(?:^|[\s([])\.([a-z][a-z0-9-]*)?$/i.exec(before);
  if (!phrase) return undefined;
  const typed = phrase[1] ?? '';
  return {
    kind: 'phrase',
    start: caret - typed.length - 1,
    end: caret,
    typed: typed.toLowerCase(),
  };
}

const field = () => /\[[^[\]\n]{1,80}\]/g;

/** The first field of a text, from `from` on. */
export function firstField(text: string, from = 0): Stretch | undefined {
  return nextField(text, { start: from, end: from }, 1);
}

/** The field after the selection, or the one before it. */
export function nextField(text: string, selection: Stretch, step: 1 | -1): Stretch | undefined {
  let found: Stretch | undefined;
  for (const match of text.matchAll(field())) {
    const start = match.index;
    const end = start + match[0].length;
    if (step === 1 && start >= selection.end) return { start, end };
    if (step === -1 && end <= selection.start) found = { start, end };
  }
  return found;
}
