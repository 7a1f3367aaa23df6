// From one word that nobody knows to the next, through all the sections on screen.
import type { SpellingMark } from '../generated/SpellingMark';

export interface Stop {
  field: HTMLTextAreaElement;
  marks: SpellingMark[];
  /** Selects the word and offers what was probably meant. */
  open: (mark: SpellingMark) => void;
}

export class SpellingTour {
  private readonly stops = new Map<string, Stop>();

  set(section: string, stop: Stop | undefined): void {
    if (stop) this.stops.set(section, stop);
    else this.stops.delete(section);
  }

  /** Goes to the first one after the caret, else to the first of all. False: there is none. */
  next(): boolean {
    const stops = [...this.stops.values()]
      .sort(inOrder)
      .flatMap((stop) => stop.marks.map((mark) => ({ stop, mark })));
    const here = document.activeElement;
    const after = stops.find(({ stop: { field }, mark }) =>
      field === here ? mark.end > field.selectionEnd : here && isBefore(here, field),
    );
    const found = after ?? stops[0];
    found?.stop.open(found.mark);
    return found !== undefined;
  }
}

const isBefore = (a: Node, b: Node) =>
  (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

const inOrder = (a: Stop, b: Stop) =>
  a.field === b.field ? 0 : isBefore(a.field, b.field) ? -1 : 1;
