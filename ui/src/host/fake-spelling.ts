// Spelling of the fake host: a handful of misspelt words, and what was meant by them.
import type { SpellingMark } from '../generated/SpellingMark';
import type { SpellingWords } from '../generated/SpellingWords';

const meant: Record<string, string[]> = {
  hypertention: ['hypertension', 'hypotension'],
  diarhea: ['diarrhea'],
  zorblax: [],
};

export class FakeSpelling {
  private own: string[] = [];

  constructor(private readonly changed: () => void) {}

  readonly commands = {
    spelling_check: ({ text }: { text: string }) => ({ marks: this.marks(text) }),
    spelling_suggest: ({ word }: { word: string }): SpellingWords => ({
      words: meant[word.toLowerCase()] ?? [],
    }),
    spelling_words: (): SpellingWords => ({ words: [...this.own] }),
    spelling_add: ({ word }: { word: string }) => this.keep([...this.own, word.toLowerCase()]),
    spelling_remove: ({ word }: { word: string }) =>
      this.keep(this.own.filter((one) => one !== word)),
  };

  private marks(text: string): SpellingMark[] {
    return [...text.matchAll(/\p{L}+/gu)]
      .filter(([word]) => word.toLowerCase() in meant && !this.own.includes(word.toLowerCase()))
      .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
  }

  private keep(words: string[]): SpellingWords {
    this.own = [...new Set(words)].sort();
    this.changed();
    return { words: [...this.own] };
  }
}
