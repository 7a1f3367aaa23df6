// Words of the write plan, of signing and of delivery.
import type { DeliveryState } from '../generated/DeliveryState';
import type { ItemKind } from '../generated/ItemKind';
import type { PlanOutcome } from '../generated/PlanOutcome';

export const plan = {
  open: 'Write plan',
  title: 'Write plan',
  intro: (ehr: string) => `What signing writes to ${ehr}.`,
  tabPlan: 'Items',
  tabPreview: 'Note as filed',
  warningsTitle: 'Have a look before you sign',
  blockersTitle: (n: number) => (n === 1 ? '1 thing before signing' : `${n} things before signing`),
  ready: 'Ready to sign',
  go: 'Go there',
  details: 'Details for IT',
  detailsOf: (label: string) => `Details for IT: ${label}`,
  after: (labels: string) => `after ${labels}`,
  changed: 'The write plan changed since you saw it. This is the new one; look again, then sign.',
  loadFailed: 'The write plan could not be made',
  previewFailed: 'The preview could not be made',
  loading: 'Making the write plan…',
  previewLoading: 'Setting the note in its final form…',
  close: 'Close',
  nothing: 'Nothing would be written.',
};

/** After signing. */
export const facts = {
  open: 'Plan and fact',
  loading: 'Reading the write plan…',
  failed: 'The write plan could not be read',
  planned: 'Planned',
  became: { as_planned: 'As planned', under_way: 'Under way', otherwise: 'Otherwise' },
  export: 'For IT, without anything of the patient: save as',
  exportAs: (form: 'pdf' | 'json') => `Save the write plan for IT as ${form.toUpperCase()}`,
};

export const planned: Record<PlanOutcome, string> = {
  written: 'a record of its own',
  in_note: 'in the note',
  not_written: 'not written',
};

/** Said before signing, so of what is to come. */
export const outcomes: Record<PlanOutcome, string> = {
  written: 'Will be written',
  in_note: 'Goes into the note',
  not_written: 'Will not be written',
};

export const itemKinds: Record<ItemKind, string> = {
  note: 'Note',
  diagnosis: 'Diagnosis',
  charge: 'Charge',
  follow_up_task: 'Follow-up',
  follow_up_visit: 'Next visit',
  addendum: 'Addendum',
  correction: 'Correction',
  cosign: 'Cosignature',
  retraction: 'Retraction',
};

export const sign = {
  button: (name: string) => `Sign for ${name}`,
  signing: 'Signing…',
  notSavedYet: 'Some text is not saved yet, so nothing was signed. See the mark in the note.',
  roleCannot: 'Your role drafts; it does not sign.',
  roleReads: 'Your role reads this visit; it does not sign.',
  cosign: 'Your signature waits for a supervising clinician.',
  mismatch: 'Not this patient: signing is off.',
};

export const delivery = {
  title: 'Delivery',
  none: 'Nothing of this visit has been signed yet.',
  stays: 'This visit is signed. It stays in Chartside.',
  staysDetail: (ehr: string) =>
    `${ehr} takes nothing from Chartside. Enter the visit there by hand; the text is under “Note as filed”.`,
  staysShort: 'Signed; stays in Chartside',
  note: 'Note as filed',
  awaitsCosign: 'Awaiting cosignature',
  allFiled: 'All filed',
  allFiledDetail: (ehr: string) => `Every item was read back from ${ehr}.`,
  nothingWaits: 'Nothing waits',
  nothingWaitsDetail: (ehr: string) =>
    `What was sent was read back from ${ehr}; what was not sent says so.`,
  rebook: 'Choose another time',
  rebookLabel: (label: string) => `Choose another time: ${label}`,
  elsewhereLabel: (action: string, label: string) => `${action}: ${label}`,
  filedOf: (done: number, all: number) => `${done} of ${all} filed`,
  signedAt: (time: string) => `Signed ${time}`,
  retry: 'Try again',
  happened: 'What happened',
  happenedTo: (label: string) => `What happened to ${label}`,
  couldBe: 'What the EHR has that it could be',
  noneFound: 'Nothing in the EHR could be it.',
  same: 'says the same',
  thisIsIt: 'This is it',
  thisIsItOf: (title: string, reference: string) => `This is it: ${title}, ${reference}`,
  notThere: 'It is not there: send it',
  compare: 'Compare',
  changedAt: (time: string) => `Changed in the EHR ${time}`,
  what: 'What',
  absent: 'not given',
  changedThere: 'changed in the EHR',
  noRows: 'Nothing that Chartside wrote or showed differs. The EHR changed something of its own.',
  leave: 'Leave it as the EHR has it',
  leaveDetail: 'It is then not called filed; the note in Chartside keeps what you signed.',
  lookAgain: 'Look again',
  lookFailed: 'This could not be loaded',
  retryLabel: (label: string) => `Try again: ${label}`,
  receipt: 'Receipt',
  version: 'version',
  hash: 'content',
  readBack: 'read back',
  attempts: (n: number) => (n === 1 ? '1 attempt' : `${n} attempts`),
  next: (time: string) => `next at ${time}`,
  otherVisits: 'Other visits',
  show: 'Show',
  loadFailed: 'Delivery could not be loaded',
  close: 'Close',
  open: 'Delivery',
};

export const deliveryStates: Record<DeliveryState, string> = {
  waiting: 'Waiting',
  waiting_on_parent: 'Waits for the note',
  sending: 'Sending',
  checking_outcome: 'Checking',
  reading_back: 'Reading back',
  retrying: 'Will try again',
  needs_sign_in: 'Needs sign-in',
  needs_you: 'Needs you',
  filed: 'Filed',
  handed_over: 'Handed over',
  left_as_is: 'Left as it is',
  superseded: 'Not sent',
};
