// The day's list of the in-memory host: seven made-up people, one in each state.
import type { WorklistRow } from '../generated/WorklistRow';
import type { WorklistView } from '../generated/WorklistView';
import { OTHER, todayAt, VISIT } from './fake-visit';

const DATE = '2026-11-22';

type Some = Partial<WorklistRow> & Pick<WorklistRow, 'status' | 'status_words'>;

const row = (time: string, name: string, birth: string, mrn: string, rest: Some): WorklistRow => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return {
    appointment: `appointment-${time.replace(':', '')}`,
    start: todayAt(hours, minutes),
    end: todayAt(hours, minutes + 20),
    time,
    patient: {
      name,
      preferred_name: null,
      birth_date: birth,
      age: `${2026 - Number(birth.slice(0, 4))} y`,
      mrn,
      mrn_assigner: 'Riverside Clinic',
    },
    reason: null,
    visit_type: 'Follow-up visit',
    type_mapped: true,
    video: true,
    prefetched: { state: 'ready', as_of: todayAt(8, 5) },
    visit: null,
    opens: 'now',
    changed_at: null,
    change: null,
    ...rest,
  };
};

export const dayRows = (): WorklistRow[] => [
  row('09:00', 'ABARA, Ruth', '1949-02-11', '85-0903', {
    status: 'filed',
    status_words: 'filed',
    reason: 'Blood pressure check',
    visit: 'visit-abara',
  }),
  row('09:40', 'LINDQVIST, Per', '1985-07-19', '85-2210', {
    status: 'cancelled',
    status_words: 'cancelled',
    reason: 'Migraine',
    change: 'was booked',
    changed_at: todayAt(9, 12),
    prefetched: { state: 'none' },
  }),
  row('13:30', 'OKAFOR, Daniel Chukwuemeka', '1958-11-30', '85-0417', {
    status: 'signed',
    status_words: 'signed, 1 item needs you',
    visit_type: 'Video visit 20',
    type_mapped: false,
    visit: OTHER,
  }),
  row('14:00', 'SANTOS, Maria', '1972-03-09', '85-1123', {
    status: 'note_open',
    status_words: 'note open',
    reason: 'Diabetes and blood pressure follow-up',
    visit: VISIT,
  }),
  row('14:30', 'NGUYEN, Thi Minh Khai', '1990-12-01', '85-3007', {
    status: 'arrived',
    status_words: 'arrived',
    reason:
      'Asthma follow-up, night cough since October, inhaler technique, refill of the controller',
    change: 'was booked',
    changed_at: todayAt(14, 16),
  }),
  row('15:00', 'O’BRIEN-HERNÁNDEZ, José Luis', '2019-05', '85-3120', {
    status: 'booked',
    status_words: 'booked',
    reason: 'Rash',
    visit_type: 'New patient visit',
    prefetched: { state: 'loading' },
  }),
  row('15:40', 'WALSH, Margaret', '1937-09-27', '85-0088', {
    status: 'booked',
    status_words: 'booked',
    reason: 'Heart failure, weight up 2 kg',
    prefetched: { state: 'failed' },
  }),
];

export const dayView = (): WorklistView => ({
  date: DATE,
  time_zone: 'America/Chicago',
  state: { state: 'complete' },
  as_of: todayAt(14, 17),
  rows: dayRows(),
  next: 'appointment-1430',
  prefetch: { state: 'running', done: 4, total: 6, why: null },
});

export const noSchedule = (): WorklistView => ({
  ...dayView(),
  state: { state: 'no_schedule', why: 'the EHR gives out no schedule' },
  as_of: null,
  rows: [],
  next: null,
  prefetch: { state: 'off', done: 0, total: 0, why: null },
});
