// The last note about the made-up patient, and what of it was carried forward.
import type { LastNote } from '../generated/LastNote';
import type { LastSection } from '../generated/LastSection';
import type { NoteView } from '../generated/NoteView';

const DATE = '2026-08-14';
const texts: [index: number, section: string, text: string][] = [
  [1, 'hpi', 'Feels well. Takes metformin twice daily, lisinopril 10 mg since May.'],
  [3, 'plan', 'Diet and walking. Foot exam at the next visit in person.'],
];

export function lastNote(note: NoteView): LastNote | null {
  const sections = texts.flatMap(([index, section, text]): LastSection[] => {
    const found = note.sections.find((one) => one.section === section);
    if (!found) return [];
    return [{ index, title: found.title, section, text, there: found.text.includes(text) }];
  });
  return { id: 'note-1', title: 'Follow-up visit note', date: DATE, sections };
}

export function marked(note: NoteView, copied: readonly LastSection[]): NoteView {
  const sections = note.sections.map((one) => ({
    ...one,
    copied: copied
      .filter(({ section, text }) => section === one.section && one.text.includes(text))
      .map(({ text }) => ({
        date: DATE,
        text,
        words: `Copied from ${DATE}, not changed yet`,
      })),
  }));
  return { ...note, sections };
}
