// Words of the note, the facts of the visit, the codes and the follow-ups.
import type { LastNote } from '../generated/LastNote';
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
  signed: (time: string, by: string) => `Signed ${time} by ${by}. It can no longer be changed.`,
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
  open: ({ date, by }: LastNote) => `Carry forward from ${date}${by === null ? '' : `, ${by}`}`,
  command: 'Carry forward from the last note',
  none: 'There is no earlier note about this patient that can be read here.',
  title: ({ date, from_ehr }: LastNote) => `${from_ehr ? 'Note' : 'Your note'} of ${date}`,
  subtitle: ({ title, from_ehr, by }: LastNote) =>
    [
      title,
      ...(from_ehr ? [by ?? 'author not stated', 'from the EHR'] : []),
      'Choose what to go on from',
    ].join(' · '),
  which: 'Note to go on from',
  note: ({ date, title, from_ehr, by }: LastNote) =>
    [date, title, from_ehr ? (by ?? 'from the EHR') : 'yours'].join(' · '),
  loading: 'Reading the note…',
  loadFailed: 'The note could not be read',
  placeOf: (title: string) => `Where to copy: ${title}`,
  noPlace: 'Do not copy',
  place: (title: string) => `Copy into ${title}`,
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
  category: 'Codes below ▸',
  backHint: 'Enter chooses · ← or Esc goes back',
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
  officialNotes: (words: string) => `Official notes: ${words}`,
  officialNotesLabel: (words: string, code: string) => `Official notes: ${words}, for ${code}`,
  searchFor: (code: string) => `Search for ${code}`,
  putRight: 'Put in order',
  putRightLabel: (code: string) => `Put in order: ${code}`,
  keepBoth: 'Keep both…',
  keepBothLabel: (first: string, second: string) => `Keep both… ${first} and ${second}`,
  keepReason: 'Why are both right?',
  keepUnrelated: 'Two unrelated conditions',
  keep: 'Keep both',
  kept: (reason: string) => `Both kept: ${reason}`,
  keepUndo: 'Undo',
  keepUndoLabel: (first: string, second: string) => `Undo keeping ${first} and ${second}`,
  cancel: 'Cancel',
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
  goesWith: (list: string) => `goes with ${list}`,
  more: 'Also part of this visit',
  moreHint: 'Only what happened; nothing here is needed.',
  psychotherapy: 'Psychotherapy',
  psychotherapyUnit: 'min, apart from the medical part',
  checkIn: 'Short call',
  checkInUnit: 'min, in place of a visit',
  online: 'Online messages',
  onlineUnit: 'min over 7 days, in place of a visit',
  discussion: 'Discussion by phone',
  discussionUnit: 'min of medical discussion',
  evaluation: 'Psychiatric diagnostic evaluation',
  longitudinal: 'Continuing care: you are the focal point of this patient’s care',
  separate: 'Separate service the same day (modifier 25)',
  videoOffered: 'Video was offered; the patient could not or did not want to use it',
  facility: 'Billed by',
  facilities: { none: 'Practice', rhc_fqhc: 'RHC / FQHC', cah_ii: 'CAH, Method II' },
  minutesInvalid: 'Whole minutes, 0 to 1440',
  notSaved: 'Not saved',
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

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** "Tue 2026-12-15" */
function namedDay(day: string): string {
  return `${weekdays[new Date(`${day}T12:00:00`).getDay()] ?? ''} ${day}`.trim();
}

export const nextVisit = {
  title: 'Follow-up visit',
  none: 'No follow-up visit.',
  from: 'From',
  around: 'Around',
  find: 'Find a time',
  wish: 'Around this day',
  wished: 'Say around when; it goes on as a task, or stands in the note.',
  quickLabel: (words: string) => `Follow-up visit in ${words}`,
  past: 'This day is over',
  unmapped: 'No template is for this type of visit',
  removeLabel: (words: string) => `Remove the follow-up visit: ${words}`,
  loadFailed: 'The follow-up visit could not be loaded',
  failed: 'Free times could not be asked for',
  asking: 'Asking the EHR for free times…',
  noneFree: 'No free time this week.',
  incomplete: 'The EHR gave only a part of the free times.',
  earlier: 'A week earlier',
  later: 'A week later',
  type: 'Type of visit',
  day: namedDay,
  week: (from: string, until: string) => `${namedDay(from)} to ${namedDay(until)}`,
  weekOf: (from: string) => `From ${namedDay(from)}`,
  choose: (day: string, time: string, minutes: number) => `${day}, ${time}, ${minutes} minutes`,
};

export const priorities: Record<Priority, string> = { routine: 'Routine', urgent: 'Urgent' };
