// Words of the day's list.
import type { WorklistStatus } from '../generated/WorklistStatus';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export const worklist = {
  title: (date: string) => {
    const day = weekdays[new Date(`${date}T12:00:00`).getDay()];
    return day === undefined ? date : `${day}, ${date}`;
  },
  region: 'Today’s visits',
  button: 'Today',
  loading: 'Reading today’s schedule…',
  loadFailed: 'The list could not be loaded',
  empty: 'Nobody is booked with you today.',
  count: (n: number) => (n === 1 ? '1 visit' : `${n} visits`),
  asOf: (time: string) => `as of ${time}`,
  times: (zone: string) => `times in ${zone}`,
  refresh: 'Refresh',
  retry: 'Retry',
  partial: 'The list may not be complete.',
  failed: 'The EHR did not give the schedule.',
  failedOld: 'What is shown is older.',
  offline: 'The EHR cannot be reached.',
  offlineOld: (time: string) => `This is the schedule as of ${time}.`,
  offlineNone: 'No schedule of today is on this computer yet.',
  noSchedule: 'This EHR gives Chartside no schedule',
  noScheduleDetail:
    'Press Chartside in a patient’s chart in the EHR. The visit opens here by itself.',
  next: 'Next',
  openNext: 'Next patient',
  open: (time: string, name: string) => `Open ${time} ${name}`,
  unmapped: 'type not mapped',
  unmappedDetail: 'The default template and rules are used.',
  signIn: 'asks the EHR',
  signInDetail: 'This EHR signs in for one patient at a time: your browser opens.',
  noNext: 'Nobody else is waiting on today’s list.',
  video: 'Video',
  born: 'born',
  mrn: 'MRN',
  preferred: (name: string) => `goes by ${name}`,
  others: 'Other visits that are open here',
  openFailed: 'This visit could not be opened',
  columns: { time: 'Time', patient: 'Patient', reason: 'Reason and type', status: 'Status' },
};

export const charts = {
  ready: 'chart ready',
  loading: 'chart loading…',
  failed: 'chart not loaded',
  none: '',
  progress: (done: number, total: number) => `Charts of today: ${done} of ${total} are ready`,
  done: (total: number) =>
    total === 1 ? 'Today’s chart is ready' : `All ${total} charts are ready`,
  paused: 'Paused',
};

/** What the status means for the eye: done, going on, or somebody waits. */
export const statusKind: Record<WorklistStatus, 'waits' | 'open' | 'todo' | 'done' | 'off'> = {
  booked: 'todo',
  arrived: 'waits',
  in_room: 'waits',
  note_open: 'open',
  to_sign: 'open',
  signed: 'open',
  filed: 'done',
  ended: 'off',
  cancelled: 'off',
  unrecognised: 'todo',
};
