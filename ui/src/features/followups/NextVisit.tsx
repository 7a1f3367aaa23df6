// The visit that comes next: at a free time, or around a day for which somebody finds one.
import { memo, useEffect, useRef, useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { focusId } from '../../data/focus';
import { useAction, useClient, useView } from '../../data/hooks';
import { isDate, isoDay } from '../../data/time';
import type { FollowUpVisitArgs } from '../../generated/FollowUpVisitArgs';
import { followUps, nextVisit as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import { DayField } from './DayField';
import { FreeTimes } from './FreeTimes';
import styles from './FollowUps.module.css';

export const NextVisit = memo(function NextVisit() {
  const { visit, mayWrite } = useVisit();
  const { host } = useClient();
  const next = useView('follow_up_visit_get', { visit }, ['follow_ups']);
  const [day, setDay] = useState('');
  const [from, setFrom] = useState<string | null>(null);
  const set = useAction(async (asked: Omit<FollowUpVisitArgs, 'visit'>) => {
    next.put(await host.call('follow_up_visit_set', { visit, ...asked }));
    setFrom(null);
    setDay('');
    moved.current = true;
  });
  const clear = useAction(async () => {
    next.put(await host.call('follow_up_visit_clear', { visit }));
    moved.current = true;
  });
  const { data } = next;
  // What had the focus is gone: it goes to what stands there instead.
  const moved = useRef(false);
  const isChosen = data?.chosen != null;
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    focusId(isChosen ? 'next-visit-remove' : 'next-visit-day');
  }, [isChosen]);
  const isPast = isDate(day) && day < isoDay(new Date());
  const wrong = (day !== '' && day.length >= 10 && !isDate(day)) || isPast;
  const tells = data?.why_no_times === null;
  const around = (wanted: string) => set.run({ day: wanted, slot: null, visit_type: null });
  const look = (wanted: string) => {
    setDay(wanted);
    if (tells) setFrom(wanted);
  };

  return (
    <div className={styles.next} role="group" aria-label={text.title} data-testid="next-visit">
      <h4 className={styles.title}>{text.title}</h4>
      {next.error && <Problem error={next.error} title={text.loadFailed} onRetry={next.refetch} />}
      {set.error && <Problem error={set.error} onDismiss={set.clear} />}
      {clear.error && <Problem error={clear.error} onDismiss={clear.clear} />}
      {data?.chosen && (
        <div className={styles.item} data-testid="next-visit-chosen">
          <span className={styles.words}>
            {data.chosen.words}
            <span className={styles.detail}>
              {data.chosen.becomes}
              {data.chosen.unmapped && <b> ▲ {text.unmapped}</b>}
            </span>
          </span>
          {mayWrite && (
            <Button
              id="next-visit-remove"
              kind="quiet"
              small
              aria-label={text.removeLabel(data.chosen.words)}
              onPress={() => void clear.run()}
              data-testid="next-visit-remove"
            >
              {followUps.remove}
            </Button>
          )}
        </div>
      )}
      {data && !data.chosen && mayWrite && (
        <>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (isDate(day) && !wrong) void (tells ? look(day) : around(day));
            }}
          >
            <DayField
              id="next-visit-day"
              label={tells ? text.from : text.around}
              value={day}
              isWrong={wrong}
              onType={setDay}
              onQuick={look}
              quickLabel={text.quickLabel}
              testId="next-visit-day"
              quickTestId="next-visit"
            />
            {tells && (
              <Button
                type="submit"
                isDisabled={!isDate(day) || wrong}
                data-testid="next-visit-find"
              >
                {text.find}
              </Button>
            )}
            <Button
              kind={tells ? 'quiet' : 'normal'}
              isDisabled={!isDate(day) || wrong || set.pending}
              onPress={() => void around(day)}
              data-testid="next-visit-around"
            >
              {text.wish}
            </Button>
            {wrong && (
              <p className={styles.invalid} role="alert">
                ▲ {isPast ? text.past : followUps.dueInvalid}
              </p>
            )}
          </form>
          {data.why_no_times !== null && (
            <p className={styles.quiet} data-testid="next-visit-why">
              {data.why_no_times} {text.wished}
            </p>
          )}
          {from !== null && (
            <FreeTimes
              visit={visit}
              from={from}
              onFrom={look}
              usual={data.visit_type}
              isBusy={set.pending}
              onChoose={(slot, visit_type) => void set.run({ day: null, slot, visit_type })}
            />
          )}
        </>
      )}
      {data && !data.chosen && !mayWrite && <p className={styles.quiet}>{text.none}</p>}
    </div>
  );
});
