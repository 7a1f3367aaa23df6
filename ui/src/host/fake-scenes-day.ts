// Scenes of the day's list: each state of the schedule and of the charts that are brought in.
import type { WorklistView } from '../generated/WorklistView';
import { failure, type FakeHost } from './fake';
import type { Scenes } from './fake-scenes-visit';
import { OTHER, todayAt } from './fake-visit';
import { dayView, noSchedule } from './fake-worklist';

const none = {
  rows: [],
  next: null,
  prefetch: { state: 'off', done: 0, total: 0, why: null },
} as const;

const dayWith = (host: FakeHost, change: Partial<WorklistView>) => {
  // One visit of before, of which something could not be filed.
  const visits = host.app.visits.filter((one) => one.status === 'needs_you');
  host.app = { ...host.app, current_visit: null, visits };
  host.day = { ...dayView(), ...change };
};
const empty = (host: FakeHost, change: Partial<WorklistView>) =>
  dayWith(host, { ...none, rows: [], ...change });

export const dayScenes: Scenes = {
  'ehr-changed': (host) => {
    dayWith(host, {});
    host.app = {
      ...host.app,
      ehr_changes: {
        ehr_name: 'Riverside Clinic',
        words: [
          'Diagnoses stand in the note from now on, because the EHR does not say that it takes a diagnosis (Condition).',
        ],
      },
    };
  },
  'no-visit': (host) => {
    host.app = { ...host.app, current_visit: null };
    // One that was launched without an appointment of today.
    host.day = { ...host.day, rows: host.day.rows.filter((row) => row.visit !== OTHER) };
  },
  home: (host) => {
    dayWith(host, noSchedule());
  },
  day: (host) => dayWith(host, {}),
  'day-loading': (host) => empty(host, { state: { state: 'loading' }, as_of: null }),
  'day-empty': (host) => empty(host, {}),
  'day-partial': (host) =>
    dayWith(host, { state: { state: 'partial', why: 'The EHR gave the first page only.' } }),
  'day-failed': (host) =>
    dayWith(host, {
      state: { state: 'failed', why: 'The EHR answered with an error (500).' },
      prefetch: { state: 'paused', done: 4, total: 6, why: 'The network is poor.' },
    }),
  'day-offline': (host) => {
    dayWith(host, {
      state: { state: 'offline', as_of: todayAt(8, 5) },
      prefetch: { state: 'paused', done: 4, total: 6, why: 'The EHR cannot be reached.' },
    });
    host.app = { ...host.app, connectivity: 'offline' };
  },
  'day-offline-nothing': (host) => {
    empty(host, { state: { state: 'offline', as_of: null }, as_of: null });
    host.app = { ...host.app, connectivity: 'offline' };
  },
  'day-one-patient': (host) =>
    dayWith(host, {
      rows: dayView().rows.map((row) => ({
        ...row,
        opens: 'sign_in',
        prefetched: { state: 'none' },
      })),
      prefetch: {
        state: 'off',
        done: 0,
        total: 0,
        why: 'This EHR signs in for one patient at a time, so charts load when they are opened.',
      },
    }),
  'day-ready': (host) =>
    dayWith(host, { prefetch: { state: 'done', done: 6, total: 6, why: null } }),
  'day-refused': (host) => {
    dayWith(host, {});
    host.instead.worklist_get = () => {
      throw failure('internal', 'Something went wrong here.', true);
    };
  },
};
