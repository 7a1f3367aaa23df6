// Words of the note, the facts of the visit, the codes and the follow-ups.
import type { VisitTimeView } from '../generated/VisitTimeView';
import type { MdmLevel } from '../generated/MdmLevel';
import type { Priority } from '../generated/Priority';
import type { SuggestionBasis } from '../generated/SuggestionBasis';

export const note = {
  jump: { note: 'Sections', facts: 'Facts', codes: 'Codes', follow_ups: 'Follow-ups' },
  saved: (time: string) => `Saved ${time}`,
  nothingYet: 'Nothing written yet',
  saving: 'Saving…',
  waiting: 'Writing…',
  failed: 'Not saved',
  failedDetail: (why: string) => `Not saved: ${why}`,
  kept: 'Your text is kept here.',
  conflict: 'Choose a text',
  required: 'required',
  requiredMark: 'Required',
  conflictTitle: 'This section was changed elsewhere. Choose which text to keep.',
  yours: 'Yours',
  theirs: 'Saved elsewhere',
  keepYours: 'Keep mine',
  keepTheirs: 'Keep the other',
  keepBoth: 'Keep both',
  empty: '(empty)',
  emptySection: 'Nothing written',
  attestation: 'Attestation',
  attestationFrom: 'Filled from the facts',
  signed: (time: string, by: string) => `Signed ${time} by ${by}. Later changes are addenda.`,
  awaitsCosign: 'Awaiting cosignature.',
  readOnlyRole: 'Your role reads this note only.',
  readOnlyMismatch: 'Not this patient: the note is closed.',
  loadFailed: 'The note could not be loaded',
};

export const template = {
  label: 'Template',
  fits: 'for this visit type',
  switched: (name: string) => `Template: ${name}. All text is kept.`,
  saveFirst: 'Some text could not be saved yet, so the template stays. Try again once it is saved.',
  problems: (n: number) =>
    `${n === 1 ? 'A template' : `${n} templates`} of this site cannot be used. Tell IT.`,
  keptFrom: (name: string) => `Kept from ${name}`,
  keptFromDetail: 'It is filed with the note until you move or empty it.',
  move: 'Move to…',
  moveLabel: (title: string) => `Move the text of ${title} to another section`,
  moved: (from: string, to: string) => `${from} moved to the end of ${to}`,
};

export const phrases = {
  list: 'Phrases',
  changed: 'The text changed meanwhile; nothing was put in.',
  title: 'Phrases',
  subtitle: 'Type a dot and the name in the note; Tab goes from [field] to [field]',
  close: 'Close',
  failed: 'The phrases could not be loaded',
  name: 'Name',
  namePlaceholder: 'stable',
  text: 'Text',
  textPlaceholder: '[Problem] is stable. A1c {{last a1c}}. Return in [interval].',
  add: 'Add phrase',
  save: 'Save phrase',
  cancel: 'Cancel',
  own: 'Yours',
  noneOwn: 'You have no phrases of your own yet.',
  others: 'Of this template and this site',
  change: 'Change',
  changeLabel: (name: string) => `Change .${name}`,
  remove: 'Remove',
  removeLabel: (name: string) => `Remove .${name}`,
  removed: (name: string) => `.${name} was removed.`,
  putBack: 'Put back',
  copy: 'Make my own',
  copyLabel: (name: string) => `Make my own: .${name}`,
  values: 'Values of the chart that can stand in a phrase',
  problem: (words: string) => `A file of phrases of this site cannot be used: ${words}`,
};

export const carry = {
  open: (date: string) => `Carry forward from ${date}`,
  command: 'Carry forward from the last note',
  none: 'There is no earlier note of yours about this patient on this computer.',
  title: (date: string) => `Your note of ${date}`,
  subtitle: 'Choose what to go on from',
  close: 'Close',
  nothing: 'This visit’s note has no place for any section of it.',
  there: 'stands in the note already',
  take: (n: number) => (n === 1 ? 'Copy 1 section' : `Copy ${n} sections`),
  taken: (n: number, date: string) =>
    `${n === 1 ? '1 section' : `${n} sections`} copied from ${date}. Change what is no longer so.`,
  show: 'Show',
};

export const find = {
  label: 'Find in the note',
  none: 'Not found',
  close: 'Close',
};

export const versions = {
  open: 'Earlier versions',
  openOf: (title: string) => `Earlier versions of ${title}`,
  title: (title: string) => `Earlier versions: ${title}`,
  subtitle: 'Marked: what does not stand there now',
  close: 'Close',
  none: 'Nothing was written here yet.',
  empty: '(empty)',
  current: (words: string) => `Now · ${words}`,
  restore: (time: string) => `Bring back ${time}`,
  undoHint: 'Undo brings back what was there.',
  failed: 'The versions could not be loaded',
  notRestored: 'Not brought back',
};

export const facts = {
  title: 'Facts of the visit',
  modality: 'Modality',
  patient_place: 'Patient is at',
  places: { home: 'Home', elsewhere: 'Elsewhere' },
  patient_state: 'Patient’s state',
  statePlaceholder: 'TX',
  stateInvalid: 'Two letters, such as TX',
  consent: 'Agreed to telehealth',
  consents: { spoken: 'Spoken', written: 'In writing', no: 'No' },
  others_present: 'Also present',
  othersPlaceholder: 'Name and role, such as: Rosa (daughter)',
  clinician_location: 'Clinician is at',
  audio_only_reason: 'Why audio only',
  new_patient: 'Patient is',
  newChoices: { true: 'New', false: 'Established' },
  newHint: 'New: not seen by your group for three years',
  total_minutes: 'Total minutes today',
  minutesInvalid: 'A whole number up to 1440',
  recordedNothing: 'Less than a minute recorded',
  recordedMinutes: (time: VisitTimeView) => {
    const parts: [string, number][] = [
      ['chart', time.chart_minutes],
      ['call', time.call_minutes],
      ['note', time.note_minutes],
    ];
    const spent = parts.filter(([, minutes]) => minutes > 0).map((part) => part.join(' '));
    const paused = time.pause_minutes > 0 ? ` · paused ${time.pause_minutes}` : '';
    return `Recorded ${time.total_minutes} min${spent.length > 0 ? `: ${spent.join(', ')}` : ''}${paused}`;
  },
  useRecorded: (minutes: number) => `Use ${minutes}`,
  minutesReason: 'Why other minutes',
  mdm: 'Decision-making',
  mdm_problems: 'Problems',
  mdm_data: 'Data',
  mdm_risk: 'Risk',
  notSaved: 'Not saved',
};

export const mdmLevels: Record<MdmLevel, string> = {
  straightforward: 'Straightforward',
  low: 'Low',
  moderate: 'Moderate',
  high: 'High',
};

export const codes = {
  title: 'Codes',
  diagnoses: 'Diagnoses',
  search: 'Add a diagnosis: name or ICD-10-CM code',
  searchLabel: 'Add a diagnosis',
  category: 'Category: choose one below it',
  onList: 'On problem list',
  chosen: 'Added',
  noHits: 'No diagnosis matches',
  searchFailed: 'The search did not work',
  primary: 'Primary',
  makePrimary: 'Make primary',
  up: 'Up',
  down: 'Down',
  upLabel: (code: string) => `Move ${code} up`,
  downLabel: (code: string) => `Move ${code} down`,
  remove: 'Remove',
  removeLabel: (code: string) => `Remove ${code}`,
  noDiagnoses: 'No diagnosis chosen',
  charges: 'Charges',
  none: 'No charge to suggest yet.',
  pos: 'POS',
  posLabel: (pos: string) => `place of service ${pos}`,
  modifier: 'Modifier',
  units: (n: number) => `${n} units`,
  pointsTo: (list: string) => `for ${list}`,
  accepted: 'Accepted',
  suggested: 'Suggested',
  accept: 'Accept',
  acceptLabel: (code: string) => `Accept ${code}`,
  why: 'Why?',
  whyLabel: (code: string) => `Why ${code}?`,
  wouldChange: 'What would change it',
  conflict: 'Does not fit',
  needsDiagnosis: 'Needs a diagnosis first',
  needs: 'The rules still need to know',
  nothingFiled: 'Nothing is filed unless you accept it.',
  loadFailed: 'Codes could not be loaded',
  warning: 'Check the code table',
};

export const basis: Record<SuggestionBasis, string> = {
  time: 'by time',
  decision_making: 'by decision-making',
  time_and_decision_making: 'by time and decision-making',
};

export const followUps = {
  title: 'Follow-ups',
  none: 'No follow-up yet.',
  text: 'What is to be done',
  textPlaceholder: 'Repeat A1c',
  owner: 'Who',
  due: 'Due',
  dueInvalid: 'Date as YYYY-MM-DD',
  quick: { two_weeks: '2 wk', six_weeks: '6 wk', three_months: '3 mo' },
  quickLabel: (words: string) => `Due in ${words}`,
  add: 'Add follow-up',
  removeLabel: (text: string) => `Remove follow-up: ${text}`,
  remove: 'Remove',
  noDue: 'no due date',
  loadFailed: 'Follow-ups could not be loaded',
  usual: 'Often after such a visit',
  usualAdd: (text: string, due: string | null) =>
    due === null ? `Add follow-up: ${text}` : `Add follow-up: ${text}, due ${due}`,
  priority: 'Priority',
};

export const priorities: Record<Priority, string> = { routine: 'Routine', urgent: 'Urgent' };
