// What a hospital's letter in HTML becomes; made up.
import type { DocumentBlock } from '../generated/DocumentBlock';
import type { DocumentCell } from '../generated/DocumentCell';
import type { DocumentMark } from '../generated/DocumentMark';

const run = (text: string, ...marks: DocumentMark[]) => ({ text, marks });
const says = (...words: ReturnType<typeof run>[]): DocumentBlock => ({ kind: 'paragraph', words });
const heading = (level: number, text: string): DocumentBlock => ({
  kind: 'heading',
  level,
  words: [run(text)],
});
const cell = (text: string, is = false): DocumentCell => ({
  heading: is,
  columns: 1,
  rows: 1,
  blocks: text === '' ? [] : [says(run(text))],
});

export const FAKE_BLOCKS: DocumentBlock[] = [
  heading(1, 'Discharge summary'),
  says(
    run('Admitted '),
    run('2026-02-26', 'bold'),
    run(', discharged 2026-03-02.\nWard 4, Dr. Ruiz'),
  ),
  heading(2, 'Course'),
  says(
    run('Community-acquired pneumonia, treated with ceftriaxone. White cells 14.2 × 10'),
    run('9', 'raised'),
    run('/L on admission. '),
    run('No pleural effusion.', 'italic'),
  ),
  {
    kind: 'indented',
    blocks: [says(run('“Breathing is easier than before I came in.”'))],
  },
  heading(2, 'Medication at discharge'),
  {
    kind: 'table',
    caption: [run('Changes against the list at admission')],
    rows: [
      [cell('Medication', true), cell('Dose', true), cell('Change', true)],
      [cell('Amoxicillin'), cell('875 mg twice a day'), cell('new, until 2026-03-07')],
      [cell('Lisinopril'), cell('20 mg daily'), cell('was 10 mg')],
      [
        { heading: false, columns: 1, rows: 1, blocks: [says(run('Ibuprofen', 'struck'))] },
        cell(''),
        cell('stopped: kidney function'),
      ],
    ],
  },
  heading(2, 'To do'),
  {
    kind: 'list',
    start: 1,
    items: [
      [says(run('Chest X-ray in 6 weeks'))],
      [
        says(run('Blood tests within 10 days')),
        {
          kind: 'list',
          start: null,
          items: [[says(run('creatinine, potassium'))], [says(run('full blood count'))]],
        },
      ],
      [says(run('☑ influenza vaccine given   ☐ pneumococcal vaccine due'))],
    ],
  },
  { kind: 'rule' },
  says(run('[picture: signature]', 'italic')),
];
