// A week of free times from the EHR's schedule, by day; asked anew each time, nothing is kept.
import { useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Segmented } from '../../components/Segmented';
import { useView } from '../../data/hooks';
import { dateInWeeks, isoDay } from '../../data/time';
import type { FreeTimeView } from '../../generated/FreeTimeView';
import { nextVisit as text } from '../../text/note';
import styles from './FollowUps.module.css';

interface Props {
  visit: string;
  /** `YYYY-MM-DD`: the first day. */
  from: string;
  onFrom: (day: string) => void;
  /** The type that is shown first, where some times are for it. */
  usual: string;
  isBusy: boolean;
  onChoose: (slot: string, visitType: string | null) => void;
}

export function FreeTimes({ visit, from, onFrom, usual, isBusy, onChoose }: Props) {
  const week = useView('free_times', { visit, from }, []);
  const [chosenType, setType] = useState<string | null>(null);
  const { data } = week;
  const types = data?.types ?? [];
  const type = chosenType ?? (types.includes(usual) ? usual : (types[0] ?? null));
  const fitting = data?.times.filter((one) => one.types.length === 0 || fits(one, type)) ?? [];
  const days = [...new Set(fitting.map((one) => one.day))];
  const back = weeksFrom(from, -1);

  return (
    <div className={styles.week} data-testid="free-times" aria-busy={data === undefined}>
      <div className={styles.weekHead}>
        <Button
          small
          kind="quiet"
          isDisabled={back < isoDay(new Date())}
          aria-label={text.earlier}
          onPress={() => onFrom(back)}
          data-testid="free-times-earlier"
        >
          ‹
        </Button>
        <strong>{data ? text.week(data.from, data.until) : text.weekOf(from)}</strong>
        <Button
          small
          kind="quiet"
          aria-label={text.later}
          onPress={() => onFrom(weeksFrom(from, 1))}
          data-testid="free-times-later"
        >
          ›
        </Button>
        {types.length > 1 && (
          <Segmented
            label={text.type}
            options={types.map((value) => ({ value, label: value }))}
            value={type}
            onChange={setType}
            testId="free-times-type"
          />
        )}
      </div>
      {week.error && <Problem error={week.error} title={text.failed} onRetry={week.refetch} />}
      {!data && !week.error && <p className={styles.quiet}>{text.asking}</p>}
      {data && fitting.length === 0 && <p className={styles.quiet}>{text.noneFree}</p>}
      {data?.incomplete === true && <p className={styles.quiet}>{text.incomplete}</p>}
      <ul>
        {days.map((day) => (
          <li key={day} className={styles.day}>
            <span className={styles.dayName}>{text.day(day)}</span>
            <span className={styles.times}>
              {timesOf(fitting, day).map((one) => (
                <Button
                  key={one.slot}
                  small
                  isDisabled={isBusy}
                  aria-label={text.choose(text.day(one.day), one.time, one.minutes)}
                  onPress={() => onChoose(one.slot, one.types.length === 0 ? null : type)}
                  data-testid="free-time"
                >
                  {one.time}
                </Button>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function timesOf(times: readonly FreeTimeView[], day: string): FreeTimeView[] {
  return times.filter((one) => one.day === day);
}

function fits(time: FreeTimeView, type: string | null): boolean {
  return type === null || time.types.includes(type);
}

function weeksFrom(day: string, weeks: number): string {
  return dateInWeeks(weeks, new Date(`${day}T12:00:00`));
}
