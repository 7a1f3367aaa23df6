// The rows of the day: arrows move between them, Enter opens. They hold still under the pointer and the focus.
import { useState, type FocusEvent, type KeyboardEvent } from 'react';
import type { WorklistRow } from '../../generated/WorklistRow';
import { charts, statusKind, worklist as text } from '../../text/worklist';
import { useSteady } from './steady';
import styles from './Rows.module.css';

interface Props {
  rows: readonly WorklistRow[];
  next: string | null;
  isBusy: boolean;
  onOpen: (appointment: string) => void;
}

export function Rows({ rows, next, isBusy, onOpen }: Props) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const drawn = useSteady(rows, pointed || focused);
  const [active, setActive] = useState<string>();
  const stop = drawn.some((row) => row.appointment === active)
    ? active
    : (drawn.find((row) => row.appointment === next) ?? drawn[0])?.appointment;

  const onKeyDown = (event: KeyboardEvent<HTMLOListElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.findIndex((one) => one === document.activeElement);
    buttons[at + step]?.focus();
  };
  const onBlur = (event: FocusEvent<HTMLOListElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
  };

  return (
    <ol
      className={styles.rows}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocus={() => setFocused(true)}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    >
      {drawn.map((row) => (
        <Row
          key={row.appointment}
          row={row}
          isNext={row.appointment === next}
          isStop={row.appointment === stop}
          isBusy={isBusy}
          onFocus={() => setActive(row.appointment)}
          onOpen={() => onOpen(row.appointment)}
        />
      ))}
    </ol>
  );
}

interface RowProps {
  row: WorklistRow;
  isNext: boolean;
  /** The one stop of the Tab key. */
  isStop: boolean;
  isBusy: boolean;
  onFocus: () => void;
  onOpen: () => void;
}

function Row({ row, isNext, isStop, isBusy, onFocus, onOpen }: RowProps) {
  const { patient, time, reason } = row;
  const chart = charts[row.prefetched.state];
  return (
    <li
      className={styles.row}
      data-kind={statusKind[row.status]}
      data-next={isNext || undefined}
      data-changed={row.changed_at !== null || undefined}
      data-testid="worklist-row"
      data-id={row.appointment}
      data-state={row.status}
    >
      <time className={styles.time} dateTime={row.start}>
        {time}
      </time>
      <div className={styles.who}>
        <button
          type="button"
          className={styles.open}
          aria-label={text.open(time, patient.name)}
          tabIndex={isStop ? 0 : -1}
          aria-disabled={isBusy || undefined}
          onFocus={onFocus}
          onClick={isBusy ? undefined : onOpen}
          data-testid="worklist-open"
        >
          {patient.name}
        </button>
        {patient.preferred_name !== null && (
          <span className={styles.quiet}> {text.preferred(patient.preferred_name)}</span>
        )}
        <p className={styles.ids}>
          <span>
            {text.born} <b>{patient.birth_date}</b>
            {patient.age !== null && ` · ${patient.age}`}
          </span>
          {patient.mrn !== null && (
            <span title={patient.mrn_assigner ?? undefined} className={styles.mrn}>
              {text.mrn} <b>{patient.mrn}</b>
            </span>
          )}
        </p>
      </div>
      <div className={styles.why}>
        <p className={styles.reason} title={reason ?? undefined}>
          {reason}
        </p>
        <p className={styles.quiet}>
          {row.visit_type}
          {row.video && ` · ${text.video}`}
          {!row.type_mapped && (
            <span className={styles.unmapped} title={text.unmappedDetail}>
              {' '}
              ▲ {text.unmapped}
            </span>
          )}
        </p>
      </div>
      <div className={styles.state}>
        <p>
          {isNext && <span className={styles.next}>{text.next}</span>}
          <span className={styles.status}>{row.status_words}</span>
        </p>
        <p className={styles.quiet}>
          {row.change !== null ? (
            <span className={styles.change}>{row.change}</span>
          ) : (
            <>
              {chart}
              {chart === '' && row.opens === 'sign_in' && (
                <span title={text.signInDetail}>{text.signIn}</span>
              )}
            </>
          )}
        </p>
      </div>
    </li>
  );
}
