// Words of what comes after the signature: addenda and corrections.
import { moment } from '../data/time';
import type { AmendmentKind } from '../generated/AmendmentKind';
import type { SignedDocument } from '../generated/SignedDocument';

export const after = {
  title: 'After signing',
  begin: { addendum: 'Addendum', correction: 'Correct the note' } satisfies Record<
    AmendmentKind,
    string
  >,
  command: {
    addendum: 'Add an addendum to the signed note',
    correction: 'Correct the signed note',
  } satisfies Record<AmendmentKind, string>,
  loadFailed: 'The signed documents could not be loaded',
  signedBy: (time: string, by: string) => `Signed ${time} by ${by}`,
  changed: (titles: string) => `Changed: ${titles}`,
  read: 'Read all of it',
  readOf: (kind: string, time: string) => `Read all of it: ${kind} of ${time}`,
  staysHere: 'Stays in Chartside',
  draft: {
    addendum: 'Addendum begun, not signed',
    correction: 'Correction begun, not signed',
  } satisfies Record<AmendmentKind, string>,
  goOn: 'Go on',
  goOnOf: {
    addendum: 'Go on with the addendum',
    correction: 'Go on with the correction',
  } satisfies Record<AmendmentKind, string>,
};

export const takeOut = {
  pdf: 'Save as PDF',
  copy: 'Copy the text',
  /** "Progress note, signed 14:32" */
  which: ({ title, at }: SignedDocument) => `${title}, signed ${moment(at)}`,
  copied: 'Copied',
  notCopied: 'This computer does not let Chartside copy. Save it as PDF instead.',
  notSaved: 'No PDF was saved',
};

export const amend = {
  title: { addendum: 'Addendum', correction: 'Correction' } satisfies Record<AmendmentKind, string>,
  close: 'Close',
  loading: 'Opening the draft…',
  loadFailed: 'The draft could not be opened',
  intro: {
    addendum: 'A new document beside the signed note, which stays as it is.',
    correction:
      'A new note that replaces the signed one. Change what was wrong; the rest stays as it was signed.',
  } satisfies Record<AmendmentKind, string>,
  changedMark: 'Changed',
  asSigned: 'As signed',
  wasEmpty: 'Nothing stood here.',
  preview: 'Exactly as it will be filed',
  writes: 'What signing writes',
  drop: 'Give up this draft',
  dropAsk: 'Give it up? Nothing of it reaches the chart.',
  dropYes: 'Yes, give up',
  dropNo: 'Keep it',
  dropped: 'Draft given up',
  sign: {
    addendum: (name: string) => `Sign addendum for ${name}`,
    correction: (name: string) => `Sign correction for ${name}`,
  } satisfies Record<AmendmentKind, (name: string) => string>,
  signed: { addendum: 'Addendum signed', correction: 'Correction signed' } satisfies Record<
    AmendmentKind,
    string
  >,
  notSaved: 'Some text is not saved yet, so nothing was signed.',
  changedMeanwhile: 'What would be written changed since you saw it. Look again, then sign.',
  go: 'Go there',
};
