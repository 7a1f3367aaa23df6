// The last note about the made-up patient, and what of it was carried forward.
import type { CarriedView } from '../generated/CarriedView';
import type { CarryTake } from '../generated/CarryTake';
import type { LastNote } from '../generated/LastNote';
import type { LastNoteText } from '../generated/LastNoteText';
import type { NoteView } from '../generated/NoteView';

const DATE = '2026-08-14';
const texts: [index: number, section: string, text: string][] = [
  [1, 'hpi', 'Feels well. Takes metformin twice daily, lisinopril 10 mg since May.'],
  [3, 'plan', 'Diet and walking. Foot exam at the next visit in person.'],
];
const ELSEWHERE =
  'Seen for chest tightness after climbing stairs; ECG without change. Told to stop at two flights and to call when it comes at rest.';

const OURS: LastNote = {
  id: 'note-1',
  title: 'Follow-up visit note',
  date: DATE,
  from_ehr: false,
  by: null,
};
const THEIRS: LastNote = {
  id: 'DocumentReference/77',
  title: 'Cardiology visit',
  date: '2026-09-30',
  from_ehr: true,
  by: 'Dr. Jonas Brandt',
};

interface Copied {
  from: LastNote;
  section: string;
  text: string;
}

export class FakeLastNote {
  private readonly copied: Copied[] = [];
  /** What the EHR has is newer than what was signed here. */
  fromEhr = false;

  constructor(private readonly note: () => NoteView) {}

  last(): LastNote[] {
    return this.fromEhr ? [THEIRS, OURS] : [OURS];
  }

  read(id: string): LastNoteText {
    const { sections } = this.note();
    const known = texts.flatMap(([index, section, text]) => {
      const found = sections.find((one) => one.section === section);
      if (!found) return [];
      return [{ index, title: found.title, section, text, there: found.text.includes(text) }];
    });
    const whole = {
      index: 0,
      title: 'Cardiology visit',
      section: null,
      text: ELSEWHERE,
      there: false,
    };
    return {
      sections: id === THEIRS.id ? [whole] : known,
      places: sections.map(({ section, title }) => ({ section, title })),
    };
  }

  carry(id: string, take: CarryTake[]): CarriedView {
    const from = id === THEIRS.id ? THEIRS : OURS;
    const { sections } = this.read(id);
    const parts = take.flatMap(({ index, section }) => {
      const found = sections.find((one) => one.index === index);
      return found ? [{ section, text: found.text }] : [];
    });
    this.copied.push(...parts.map((part) => ({ ...part, from })));
    return { date: from.date, parts };
  }

  marked(note: NoteView): NoteView {
    const sections = note.sections.map((one) => ({
      ...one,
      copied: this.copied
        .filter(({ section, text }) => section === one.section && one.text.includes(text))
        .map(({ text, from: { date, by } }) => ({
          date,
          text,
          words: `Copied from ${by === null ? date : `${date}, ${by}`}, not changed yet`,
        })),
    }));
    return { ...note, sections };
  }
}
