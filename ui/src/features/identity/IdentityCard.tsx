// Is the person on the call the person in the chart? Two identifiers, or a full stop.
import { useId, useState, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import { Disclosure } from '../../components/Disclosure';
import { Problem } from '../../components/Problem';
import { useAction, useClient } from '../../data/hooks';
import { clock } from '../../data/time';
import type { IdentifierKind } from '../../generated/IdentifierKind';
import { Kbd } from '../../components/Kbd';
import { identity as text } from '../../text/visit';
import { useVisit } from '../visits/visit-context';
import { ChartIssues } from './ChartIssues';
import { canConfirmBoth, useConfirmBoth } from './confirm-both';
import styles from './IdentityCard.module.css';

const NEEDED = 2;

const testIds: Record<IdentifierKind, string> = {
  name: 'identity-name',
  birth_date: 'identity-birth-date',
  mrn: 'identity-mrn',
  phone: 'identity-phone',
};

export function IdentityCard() {
  const { view } = useVisit();
  const { state, confirmed, confirmed_at } = view.identity;
  return (
    <section
      id="identity"
      tabIndex={-1}
      className={styles.card}
      aria-label={text.title}
      data-testid="identity"
      data-state={state}
    >
      <ChartIssues />
      {state === 'unconfirmed' && <Compare />}
      {state === 'confirmed' && (
        <>
          <h3 data-testid="identity-confirmed">{text.confirmed(clock(confirmed_at))}</h3>
          <p className={styles.checks}>
            {confirmed.map((kind) => (
              <span key={kind}>
                <span aria-hidden>✓ </span>
                {text.short[kind]}
              </span>
            ))}
          </p>
          <NotThisPerson />
        </>
      )}
      {state === 'mismatch' && (
        <>
          <h3 className={styles.stop}>▲ {text.mismatchTitle}</h3>
          <p>{text.mismatchDetail}</p>
          <Disclosure label={text.mistake} testId="identity-mistake">
            <Compare />
          </Disclosure>
        </>
      )}
    </section>
  );
}

/** What to ask, what to compare, and the button that needs two. */
function Compare() {
  const { visit, view, put } = useVisit();
  const { host } = useClient();
  const legend = useId();
  const [chosen, setChosen] = useState<IdentifierKind[]>([]);
  const confirm = useAction(async () =>
    put(await host.call('identity_confirm', { visit, identifiers: chosen })),
  );
  const confirmBoth = useConfirmBoth(put);
  const { script, choices, state } = view.identity;
  const both = canConfirmBoth(view);

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (chosen.length >= NEEDED) void confirm.run();
  };

  return (
    <form onSubmit={onSubmit} className={styles.compare}>
      <h3>{text.title}</h3>
      <blockquote id="identity-script" className={styles.script}>
        {script}
      </blockquote>
      {both && (
        <div className={styles.actions}>
          <Button
            kind="primary"
            onPress={() => confirmBoth(visit)}
            data-testid="identity-confirm-both"
          >
            {text.both} <Kbd>Alt+I</Kbd>
          </Button>
        </div>
      )}
      <div role="group" aria-labelledby={legend}>
        <p id={legend} className={styles.legend}>
          {both ? text.compare : text.compareAll}
        </p>
        {choices.map((choice) => (
          <label key={choice.kind} className={styles.choice}>
            <input
              type="checkbox"
              checked={chosen.includes(choice.kind)}
              onChange={(event) =>
                setChosen(
                  event.target.checked
                    ? [...chosen, choice.kind]
                    : chosen.filter((kind) => kind !== choice.kind),
                )
              }
              data-testid={testIds[choice.kind]}
            />
            <span className={styles.label}>{choice.label}</span>
            <span className={styles.value}>{choice.value}</span>
          </label>
        ))}
      </div>
      <div className={styles.confirm}>
        <Button
          type="submit"
          kind={both ? 'normal' : 'primary'}
          isDisabled={chosen.length < NEEDED || confirm.pending}
          data-testid="identity-confirm"
        >
          {text.confirm}
        </Button>
        {chosen.length < NEEDED && (
          <span className={styles.hint}>{text.chooseMore(NEEDED - chosen.length)}</span>
        )}
      </div>
      {confirm.error && <Problem error={confirm.error} />}
      {state === 'unconfirmed' && <NotThisPerson />}
    </form>
  );
}

/** The full stop; it asks for the reason first, so that a slip of the hand is not one. */
function NotThisPerson() {
  const { visit, put, signed } = useVisit();
  const { host } = useClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const stop = useAction(async () =>
    put(await host.call('identity_mismatch', { visit, reason: reason.trim() })),
  );
  if (signed) return null;
  if (!asking)
    return (
      <div className={styles.stopLine}>
        <Button kind="quiet" small onPress={() => setAsking(true)} data-testid="identity-mismatch">
          {text.notThisPerson}
        </Button>
      </div>
    );
  return (
    <div className={styles.compare}>
      <label className={styles.reason}>
        <span>{text.reason}</span>
        <input
          value={reason}
          autoFocus
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
          data-testid="mismatch-reason"
        />
      </label>
      <div className={styles.actions}>
        <Button
          kind="danger"
          small
          isDisabled={reason.trim() === '' || stop.pending}
          onPress={() => void stop.run()}
          data-testid="mismatch-confirm"
        >
          {text.stop}
        </Button>
        <Button small onPress={() => setAsking(false)}>
          {text.back}
        </Button>
      </div>
      {stop.error && <Problem error={stop.error} />}
    </div>
  );
}

/** Across the window: nothing of this chart may be used. */
export function MismatchBar() {
  const { view } = useVisit();
  if (view.identity.state !== 'mismatch') return null;
  return (
    <div className={styles.bar} role="alert" data-testid="mismatch">
      <strong>▲ {text.mismatchTitle}.</strong> {text.mismatchDetail}{' '}
      {view.identity.mismatch_reason !== null && text.mismatchReason(view.identity.mismatch_reason)}
    </div>
  );
}
