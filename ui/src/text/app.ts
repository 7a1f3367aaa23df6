// Words of the frame: sign-in, top bar, visits, panes, keyboard.
import type { Connectivity } from '../generated/Connectivity';
import type { VisitStatus } from '../generated/VisitStatus';

export const product = 'Chartside';

export const signIn = {
  start: 'Start from your EHR: press Chartside in the patient’s chart.',
  or: 'Or start here',
  orAnother: 'Another clinician, or another EHR',
  orChoose: 'Or choose the patient here',
  choosePatient: 'Choose a patient',
  choosePatientIn: (ehr: string) => `Choose a patient in ${ehr}`,
  signInTo: (ehr: string) => `Sign in to ${ehr}`,
  noEhrs: 'No EHR is set up on this computer. Ask your clinic’s IT.',
  launchAddress: 'Launch address',
  finish: (ehr: string, who?: string) =>
    `Finish signing in to ${ehr}${who === undefined ? '' : ` as ${who}`} in your browser`,
  finishLaunch: 'This window continues by itself. No second password is needed here.',
  finishAsked: 'This window continues by itself once the EHR has signed you in.',
  cancel: 'Cancel',
  blockedTitle: 'Chartside cannot work right now',
  nothingLost: 'Notes and items that wait to be filed are still in the vault.',
  tryAgain: 'Try again',
  version: (version: string) => `Chartside ${version}`,
  starting: 'Opening Chartside…',
  noHost: 'This page needs the Chartside host. Open it from the address that the host printed.',
};

export const bar = {
  born: 'born',
  mrn: 'MRN',
  preferred: (name: string) => `goes by ${name}`,
  allergies: 'Allergies',
  allergiesLoading: 'loading…',
  allergiesNone: 'No known allergies',
  allergiesNotRecorded: 'not recorded',
  allergiesFailed: 'could not be loaded',
  more: (n: number) => `+${n} more`,
  identityRegion: 'Patient',
  statusRegion: 'Status',
  visits: 'Visits',
  visitsCount: (n: number) => `Visits ${n}`,
  day: 'Today',
  dayDetail: 'The day’s list',
  menu: 'Menu',
  signInAgain: 'Sign in again',
  inCallWith: (name: string) => `In a call with ${name}`,
  toCall: 'Back to the call',
  toCallWith: (name: string) => `Back to the call with ${name}`,
  inCall: 'In the call',
};

export const ehrChanged = {
  title: (ehr: string) => `${ehr} changed what it takes from Chartside`,
  read: 'Understood',
};

export const connectivity: Record<Connectivity, string> = {
  online: 'Online',
  offline: 'Offline',
  needs_sign_in: 'Sign-in needed',
};

export const connectivityDetail: Record<Connectivity, string> = {
  online: 'The EHR answers.',
  offline: 'The EHR cannot be reached. Work goes on; delivery waits.',
  needs_sign_in: 'The EHR asks for a new sign-in. Work goes on; delivery waits.',
};

export const outbox = {
  toFile: (n: number) => `${n} to file`,
  needsYou: (n: number) => (n === 1 ? '1 needs you' : `${n} need you`),
  late: (n: number) => `${n} late`,
  nothingWaits: 'Nothing waits',
  nothing: 'Nothing to file',
  stays: 'Signed, stays in Chartside',
  open: (words: string) => `Delivery: ${words}`,
};

export const visitStatus: Record<VisitStatus, string> = {
  open: 'Open',
  signed: 'Signed',
  needs_you: 'Needs you',
  filed: 'Filed',
  by_hand: 'Settled in the EHR',
  retracted: 'Retracted',
};

export const visits = {
  loadFailed: 'This visit could not be opened',
  opening: 'Opening the visit…',
};

export const menu = {
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'Density',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  shortcuts: 'Keyboard shortcuts',
  commands: 'Commands…',
  signOut: 'Sign out',
};

export const panes = {
  room: 'Room',
  chart: 'Chart',
  note: 'Note',
  hide: 'Hide',
  show: (pane: string) => `Show ${pane}`,
  hideLabel: (pane: string) => `Hide ${pane}`,
  swap: (left: string, right: string) => `Swap ${left} and ${right}`,
  resize: (left: string, right: string) => `Resize ${left} and ${right}`,
};

/** The chart in a window of its own. */
export const apart = {
  out: 'Pop out',
  outLabel: 'Pop out the chart into a window of its own',
  back: 'Bring back',
  backLabel: 'Bring back the chart beside the note',
  railWords: 'Chart in its own window',
  rail: 'Chart in its own window: bring it back',
  title: (name: string) => `${name} · Chart · ${product}`,
  locked: 'Locked. Unlock in the other window.',
  signedOut: 'Nobody is signed in.',
  noVisit: 'No visit is open. The chart of the next one comes here.',
  loading: 'Opening the chart…',
  lost: 'Chartside does not answer. Nobody’s chart is shown until it does.',
};

export const palette = {
  title: 'Commands',
  placeholder: 'Type a command',
  none: 'No command matches',
};

export const actions = {
  nextPatient: 'Next patient',
  day: 'Show today’s list',
  searchChart: 'Search the chart',
  goRoom: 'Go to Room',
  goChart: 'Go to Chart',
  goNote: 'Go to Note',
  openVideo: 'Open video',
  writePlan: 'Show the write plan',
  sign: 'Sign the visit',
  delivery: 'Show delivery',
  identity: 'Confirm identity: name and birth date match',
  diagnosis: 'Add a diagnosis',
  followUp: 'Add a follow-up',
  openFact: 'Go to the next open fact',
  reloadChart: 'Reload the chart',
  chartPdf: 'Save the chart as PDF, for a downtime',
  themeLight: 'Light theme',
  themeDark: 'Dark theme',
  densityCompact: 'Compact density',
  densityComfortable: 'Comfortable density',
  shortcuts: 'Keyboard shortcuts',
  lock: 'Lock now',
  switch: 'Switch clinician',
  signOut: 'Sign out',
  showVisit: (name: string) => `Show visit: ${name}`,
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  close: 'Close',
  rows: (mod: string): [string, string][] => [
    ['Alt+N', 'Next patient'],
    ['Alt+W', 'Today’s list'],
    ['/', 'Search the chart; ↓ goes to the first match'],
    ['↑ ↓', 'Move between entries of a section'],
    ['I', 'Insert the entry into the note, with its date and source'],
    [`${mod}+Z`, 'In the chart: take the last insertion back'],
    ['D', 'Add the entry as a diagnosis'],
    ['Alt+1  Alt+2  Alt+3', 'Room, Chart, Note; in the note, Alt+3 goes to what is empty'],
    ['Alt+I', 'Confirm identity: name and birth date match'],
    ['Alt+D  Alt+F', 'Add a diagnosis, a follow-up'],
    ['Alt+O', 'Next open fact of the visit'],
    ['.', 'In the note: a phrase; Tab goes from field to field'],
    [`${mod}+F`, 'In the note: find'],
    ['F7', 'In the note: the next unknown word, and what was probably meant'],
    [`${mod}+K`, 'Commands'],
    [`${mod}+Enter`, 'Write plan and sign'],
    [`${mod}+L`, 'Lock now'],
    ['Esc', 'Close what is on top'],
    ['?', 'This list'],
  ],
};

export const signOut = {
  title: 'Sign out?',
  ask: (n: number) =>
    n === 1
      ? '1 item is not filed yet. It stays in the vault on this computer and goes out after you sign in again. Sign out?'
      : `${n} items are not filed yet. They stay in the vault on this computer and go out after you sign in again. Sign out?`,
  yes: 'Sign out',
  no: 'Stay signed in',
};

export const signOutUnsaved =
  'Some text is not saved yet. Wait for “saved” in the note, then sign out.';
