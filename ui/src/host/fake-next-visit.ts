// The schedule of the fake host: free times on weekdays, and the visit that comes next.
import { isoDay } from '../data/time';
import type { CommandError } from '../generated/CommandError';
import type { ErrorCode } from '../generated/ErrorCode';
import type { FollowUpVisitArgs } from '../generated/FollowUpVisitArgs';
import type { FollowUpVisitView } from '../generated/FollowUpVisitView';
import type { FreeTimesView } from '../generated/FreeTimesView';
import type { FreeTimeView } from '../generated/FreeTimeView';
import { VISIT } from './fake-visit';

const usual = 'Follow-up visit';
const byPhone = 'Telephone encounter';
const clocks = ['09:00', '09:20', '10:40', '11:00', '13:20', '14:40'];

export class FakeNextVisit {
  view: FollowUpVisitView = { visit: VISIT, chosen: null, visit_type: usual, why_no_times: null };

  constructor(
    private readonly changed: () => void,
    private readonly failure: (code: ErrorCode, message: string) => CommandError,
  ) {}

  readonly commands = {
    follow_up_visit_get: () => this.view,
    free_times: ({ from }: { from: string }) => this.times(from),
    follow_up_visit_set: (args: FollowUpVisitArgs) => this.set(args),
    follow_up_visit_clear: () => this.put(null),
  };

  times(from: string): FreeTimesView {
    const days = [0, 1, 2, 3, 4, 5, 6].map((ahead) => later(from, ahead));
    const open = days.filter((day) => ![0, 6].includes(new Date(`${day}T12:00:00`).getDay()));
    const times = open.flatMap((day, at) =>
      clocks
        .filter((_, index) => (index + at) % 3 !== 0)
        .map((time, index): FreeTimeView => ({
          slot: `Slot/${day}-${time.replace(':', '')}`,
          day,
          time,
          minutes: 20,
          types: [index % 3 === 2 ? byPhone : usual],
        })),
    );
    return {
      from,
      until: later(from, 6),
      times,
      types: [usual, byPhone],
      incomplete: false,
    };
  }

  private set({ day, slot, visit_type }: FollowUpVisitArgs): FollowUpVisitView {
    const [, date, time] = /^Slot\/(.{10})-(.{4})$/.exec(slot ?? '') ?? [];
    const wanted = date ?? day;
    if (wanted === null) throw this.failure('invalid_input', 'Give the day as YYYY-MM-DD.');
    const words = visit_type ?? usual;
    const weekday = new Date(`${wanted}T12:00:00`).toUTCString().slice(0, 3);
    const when = time
      ? `${weekday} ${wanted} ${time.slice(0, 2)}:${time.slice(2)}`
      : `around ${wanted}, to be booked`;
    return this.put({
      words: `${words}: ${when}`,
      day: wanted,
      at_a_time: slot !== null,
      becomes:
        slot === null
          ? 'Signing makes a task in Sandbox EHR to book it.'
          : 'Signing books it in Sandbox EHR. Until then the time is not held.',
      unmapped: false,
    });
  }

  put(chosen: FollowUpVisitView['chosen']): FollowUpVisitView {
    this.view = { ...this.view, chosen };
    this.changed();
    return this.view;
  }
}

function later(day: string, days: number): string {
  const date = new Date(`${day}T12:00:00`);
  return isoDay(new Date(date.getFullYear(), date.getMonth(), date.getDate() + days));
}
