// Words of the room, the identity check and the chart.
import type { IdentifierKind } from '../generated/IdentifierKind';
import type { ItemFlag } from '../generated/ItemFlag';
import type { RoomSurface } from '../generated/RoomSurface';
import type { Modality } from '../generated/Modality';

export const modality: Record<Modality, string> = {
  video: 'Video',
  audio: 'Audio only',
  in_person: 'In person',
};

export const room = {
  open: 'Open video',
  openAgain: 'Open video again',
  ended: 'Call ended',
  notJoined: 'Video not opened',
  inCall: (time: string) => `In the call since ${time}`,
  left: (time: string) => `Call ended ${time}`,
  elapsed: 'Time in call',
  none: 'This visit has no video room.',
  notAllowed: (origin: string) =>
    `${origin} is not on your clinic’s list of video sites, so it cannot be opened from here. Open it from the EHR, or ask IT to allow it.`,
  beside: {
    embedded: 'Opens here, beside the chart. Leaving the call never ends the visit.',
    docked: 'Opens in a window of its own beside this one. Leaving the call never ends the visit.',
    browser: 'Opens in your browser beside this window. Leaving the call never ends the visit.',
  } satisfies Record<RoomSurface, string>,
  frame: 'Video call',
  waiting: 'The patient is waiting in the room',
  audioOnly: 'Go on by audio only',
  audioOnlyHint: 'Changes the modality of the visit, and with it the codes; say why in the facts.',
  devices: {
    check: 'Check camera and microphone',
    done: 'Done',
    asking: 'Waiting for camera and microphone…',
    camera: (name: string) => `Camera: ${name}`,
    microphone: (name: string) => `Microphone: ${name}`,
    level: 'Microphone level',
    speak: 'Say something: the bar moves when the microphone hears you.',
    none: 'none found',
    refused:
      'Camera or microphone could not be used. Another program may hold them, or this computer does not allow it.',
  },
  scheduled: 'Scheduled',
  reason: 'Reason',
  type: 'Visit type',
  unmapped: 'Not mapped: the default template and rules are used',
};

export const identity = {
  title: 'Identity',
  both: 'Name and birth date match',
  compare: 'Or choose which two or more you compared:',
  compareAll: 'Compare at least two with the person on the call:',
  confirm: 'Confirm identity',
  chooseMore: (n: number) => (n === 1 ? 'Choose one more' : `Choose ${n}`),
  confirmed: (time: string) => `Identity confirmed ${time}`,
  notThisPerson: 'Not this person',
  reason: 'What does not match?',
  stop: 'Stop: not this patient',
  back: 'Back',
  mismatchTitle: 'Not this patient',
  mismatchDetail: 'Nothing can be written to this chart, and nothing from it goes into the note.',
  mismatchReason: (reason: string) => `Reason: ${reason}`,
  mistake: 'Pressed by mistake? Compare again',
  decisionReason: 'Why is this the right chart?',
  decidedBecause: (reason: string) => `You said: ${reason}`,
  short: {
    name: 'name',
    birth_date: 'birth date',
    mrn: 'MRN',
    phone: 'phone',
  } satisfies Record<IdentifierKind, string>,
};

export const flags: Record<ItemFlag, string> = {
  high: 'High',
  low: 'Low',
  critical: 'Critical',
  abnormal: 'Abnormal',
};

export const chart = {
  search: 'Search the chart',
  pdf: 'Save the chart as PDF, for a downtime',
  scroller: 'Sections of the chart',
  loading: 'loading…',
  loadingSection: (title: string) => `${title} is loading`,
  failed: 'could not be loaded',
  partial: 'not complete',
  notOffered: (title: string) => `${title} cannot be shown:`,
  undated: 'no date',
  retry: 'Retry',
  reload: 'Reload',
  asOf: (time: string) => `as of ${time}`,
  inactive: (n: number) => `${n} inactive`,
  hideInactive: 'Hide inactive',
  showAll: (n: number) => `Show all ${n.toLocaleString('en-US')}`,
  showMore: (n: number, rest: number) =>
    `Show ${n.toLocaleString('en-US')} more of ${rest.toLocaleString('en-US')}`,
  unreadable: (n: number) =>
    n === 1 ? '1 entry could not be read' : `${n} entries could not be read`,
  notSearched: 'not searched: still loading',
  notSearchedFailed: 'not searched: could not be loaded',
  matches: (n: number) => (n === 1 ? '1 match' : `${n.toLocaleString('en-US')} matches`),
  /** The text of a document is only fetched when it is read. */
  titleMatches: (n: number) => `${chart.matches(n)} · titles only`,
  insert: 'Insert into note',
  addDiagnosis: 'Add as diagnosis',
  diagnosisShort: 'Dx',
  highRisk: 'High risk',
  read: 'Read',
  values: 'Values',
  hideValues: 'Hide values',
  back: 'Back to the chart',
  documentFailed: 'This document could not be loaded',
  documentTable: 'Table of the document',
  onlyWords: 'This document is very long: from here on, only its words are shown.',
  imageLabel: (title: string) => `Picture: ${title}`,
  imageFailed: 'This picture could not be drawn. Open it in the EHR.',
  pdfFailed:
    'This PDF could not be drawn: it is damaged, or locked with a password. Open it in the EHR.',
  pdfPage: (title: string, page: number, of: number) => `${title}, page ${page} of ${of}`,
  pdfPageFailed: 'This page could not be drawn. Open the document in the EHR.',
  pdfMore: (shown: number, of: number) =>
    `The first ${shown} of ${of} pages are shown. Open the document in the EHR for the rest.`,
  inserted: (section: string, keys: string) => `Inserted into ${section} · ${keys} takes it back`,
  notInserted: (section: string) => `Not yet saved in ${section}: look at the note`,
  takenBack: 'Taken back out of the note',
  notTakenBack: 'The note was changed since: take it out there',
  changes: { new: 'New', changed: 'Changed' },
  changedWhileOpen: (n: number) =>
    n === 1 ? '1 entry changed while you were here.' : `${n} entries changed while you were here.`,
  changedCount: (n: number) => `${n} changed ✓`,
  seenLabel: (words: string) => `${words} Mark as seen`,
  pin: 'Pin',
  pinned: 'Pinned',
  pinLabel: (title: string) => `Pin ${title}`,
  pinnedLabel: (title: string) => `Pinned ${title}`,
  pinHint: 'Keeps this section on top',
  found: (n: number) =>
    n === 1 ? '1 match in the chart' : `${n.toLocaleString('en-US')} matches in the chart`,
  diagnosisAdded: (code: string) => `${code} added as a diagnosis`,
  date: 'Date',
  value: 'Value',
  source: (source: string) => `Source: ${source}`,
  by: (author: string) => `by ${author}`,
  trendRole: 'line chart',
  trendLabel: (title: string, n: number, unit: string) =>
    `${title}, ${n} values in ${unit === '' ? 'no unit' : unit}. Left and right read them.`,
  range: (words: string) => `range ${words}`,
  rangeColumn: 'Range',
  flagColumn: 'Flag',
  tableOf: (title: string) => `All values: ${title}`,
  tableOnly: (n: number) =>
    n === 1 ? '1 value is in the table only.' : `${n} values are in the table only.`,
  unitsApart: 'Values in units that cannot be converted have a chart of their own.',
  trend: (n: number) => `${n} values`,
  signingNow: 'The visit is being signed: nothing was inserted',
  blockedInsert: 'Confirm whose chart this is first',
};
