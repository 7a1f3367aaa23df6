// Words of taking back what was signed.
import type { RetractReason } from '../generated/RetractReason';

export const retract = {
  title: 'Retract',
  begin: 'Retract…',
  beginOf: (kind: string, time: string) => `Retract the ${kind} of ${time}`,
  command: 'Retract what was signed (entered in error)',
  close: 'Close',
  loading: 'Looking where everything stands…',
  loadFailed: 'What was signed could not be loaded',
  intro:
    'For what should never have stood in this chart. To change words, correct the note; to add, write an addendum.',
  why: 'Why',
  reasons: [
    { value: 'wrong_patient', label: 'Wrong patient' },
    { value: 'wrong_visit', label: 'Wrong visit' },
    { value: 'twice', label: 'Written twice' },
    { value: 'not_done', label: 'Did not take place' },
    { value: 'other', label: 'Other' },
  ] satisfies { value: RetractReason; label: string }[],
  words: 'In your own words',
  wordsNeeded: 'In your own words (needed)',
  wordsHint: 'Stays in Chartside.',
  parts: 'What is retracted',
  takesAll: 'Nothing of the visit stands without its note, so everything goes with it.',
  noReason: 'Choose why.',
  noWords: 'Say why in your own words.',
  noPart: 'Choose what is to be retracted.',
  act: (name: string) => `Retract for ${name}`,
  acting: 'Retracting…',
  done: 'Retracted. Delivery shows what becomes of it in the EHR.',
};
