// Words of what comes after the signature: addenda, corrections, cosignatures.
import { moment } from '../data/time';
import type { AmendmentKind } from '../generated/AmendmentKind';
import type { SignedDocument } from '../generated/SignedDocument';

/** Of the visit's own note. */
export type OwnKind = Exclude<AmendmentKind, 'cosign'>;

export const after = {
  title: 'After signing',
  begin: { addendum: 'Addendum', correction: 'Correct the note' } satisfies Record<OwnKind, string>,
  command: {
    addendum: 'Add an addendum to the signed note',
    correction: 'Correct the signed note',
  } satisfies Record<OwnKind, string>,
  loadFailed: 'The signed documents could not be loaded',
  signedBy: (time: string, by: string) => `Signed ${time} by ${by}`,
  changed: (titles: string) => `Changed: ${titles}`,
  read: 'Read all of it',
  readOf: (kind: string, time: string) => `Read all of it: ${kind} of ${time}`,
  staysHere: 'Stays in Chartside',
  draft: {
    addendum: 'Addendum begun, not signed',
    correction: 'Correction begun, not signed',
  } satisfies Record<OwnKind, string>,
  goOn: 'Go on',
  goOnOf: {
    addendum: 'Go on with the addendum',
    correction: 'Go on with the correction',
  } satisfies Record<OwnKind, string>,
};

export const takeOut = {
  pdf: 'Save as PDF',
  copy: 'Copy the text',
  /** "Progress note, signed 14:32" */
  which: ({ title, at }: SignedDocument) => `${title}, signed ${moment(at)}`,
  copied: 'Copied',
  retracted: 'Retracted: entered in error.',
  notCopied: 'This computer does not let Chartside copy. Save it as PDF instead.',
  notSaved: 'No PDF was saved',
};

export const amend = {
  title: {
    addendum: 'Addendum',
    correction: 'Correction',
    cosign: 'Cosign',
  } satisfies Record<AmendmentKind, string>,
  close: 'Close',
  loading: 'Opening the draft…',
  loadFailed: 'The draft could not be opened',
  intro: {
    addendum: 'A new document beside the signed note, which stays as it is.',
    correction:
      'A new note that replaces the signed one. Change what was wrong; the rest stays as it was signed.',
    cosign:
      'Read the note, then state what you did yourself and what you agree with. It becomes final.',
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
    cosign: (name: string) => `Cosign for ${name}`,
  } satisfies Record<AmendmentKind, (name: string) => string>,
  signed: {
    addendum: 'Addendum signed',
    correction: 'Correction signed',
    cosign: 'Note cosigned',
  } satisfies Record<AmendmentKind, string>,
  theNote: 'The note that you cosign',
  notSaved: 'Some text is not saved yet, so nothing was signed.',
  changedMeanwhile: 'What would be written changed since you saw it. Look again, then sign.',
  go: 'Go there',
};

export const cosign = {
  title: 'Cosign',
  loadFailed: 'Notes that wait for a cosignature could not be looked for',
  waits: 'Waits for your cosignature:',
  begin: 'Read and cosign',
  beginOf: (title: string, words: string) => `Read and cosign: ${title} ${words}`,
  command: 'Cosign a resident’s note',
  none: 'No note in this chart waits for your cosignature.',
};
