// The day's list of the in-memory host.
import type { WorklistView } from '../generated/WorklistView';

export const noSchedule = (): WorklistView => ({
  date: '2026-11-22',
  time_zone: 'America/New_York',
  state: { state: 'no_schedule', why: 'the EHR gives out no schedule' },
  as_of: null,
  rows: [],
  next: null,
  prefetch: { state: 'off', done: 0, total: 0, why: null },
});
