// The cover: whose work it is, and every way to go on. Nothing of a patient is known here.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../../components/Button';
import { Padlock } from '../../components/Padlock';
import { useToast } from '../../components/toast';
import { WarningMark } from '../../components/WarningMark';
import { useClient } from '../../data/hooks';
import type { AccountView } from '../../generated/AccountView';
import type { AppView } from '../../generated/AppView';
import { product } from '../../text/app';
import { lock as text, pin as pinText } from '../../text/lock';
import { Notice } from '../signin/SignedOut';
import { useSignIn } from '../signin/use-sign-in';
import { Clinicians } from './Clinicians';
import { PinEntry } from './PinEntry';
import signInStyles from '../signin/SignIn.module.css';
import styles from './LockScreen.module.css';

interface Props {
  app: AppView;
  /** Who is to go on, when the work was covered in order to switch; `list`: somebody of the list. */
  start: string | undefined;
}

export function LockScreen({ app, start }: Props) {
  const client = useClient();
  const say = useToast();
  const signIn = useSignIn();
  const [chosen, setChosen] = useState<string>();
  const lost = useSyncExternalStore(client.subscribe, client.lostText);

  // What was said last may be about the patient. The fresh answer also replaces the one that the
  // screen before was painted from.
  useEffect(() => {
    say('');
    client.renew('app');
  }, [client, say]);

  const of = (account: string | null | undefined) =>
    app.accounts.find((one) => one.account === account);
  const owner = of(app.locked_account);
  const shown = of(chosen ?? start) ?? owner;
  const others = app.accounts.filter((one) => one !== shown && one !== owner);
  const choose = (one: AccountView) => {
    if (one.pin === 'usable') setChosen(one.account);
    else void signIn.run(one.iss, 'clinician', one.clinician);
  };

  return (
    <main className={signInStyles.page} data-testid="lock-screen">
      <div className={signInStyles.card}>
        <h1 className={styles.heading}>
          <span className={signInStyles.product}>{product}</span>
          <span className={styles.locked}>
            <Padlock /> {text.title}
          </span>
        </h1>
        {shown && (
          <div className={styles.who} data-testid="locked-account" data-account={shown.account}>
            <p className={signInStyles.lead}>{shown.clinician}</p>
            <p className={signInStyles.quiet}>{shown.ehr_name}</p>
          </div>
        )}
        <div className={styles.state} role="status">
          {shown === owner && !lost && <p>{text.covered}</p>}
          {shown && shown.waiting > 0 && (
            <p data-testid="lock-waiting">{text.waiting(shown.waiting)}</p>
          )}
        </div>
        {lost && (
          <p className={styles.lost} role="alert" data-testid="lock-lost">
            <WarningMark size={16} /> {text.lost}
          </p>
        )}
        <Notice app={app} signIn={signIn} />
        {shown && <WaysIn key={shown.account} account={shown} signIn={signIn} start={start} />}
        {shown !== owner && owner && (
          <div className={styles.back}>
            <Button
              kind="quiet"
              small
              onPress={() => setChosen(owner.account)}
              data-testid="lock-back"
            >
              {text.back(owner.clinician)}
            </Button>
          </div>
        )}
        <div className={styles.others}>
          <Clinicians
            title={others.length > 0 ? text.others : text.somebodyElse}
            accounts={others}
            ehrs={app.ehrs}
            isBusy={signIn.pending}
            startHere={start === 'list'}
            onChoose={choose}
            onSignIn={(iss) => void signIn.run(iss, 'clinician')}
          />
        </div>
      </div>
    </main>
  );
}

interface WaysProps {
  account: AccountView;
  signIn: ReturnType<typeof useSignIn>;
  start: string | undefined;
}

/** The PIN where it opens, and the EHR's sign-in always. */
export function WaysIn({ account, signIn, start }: WaysProps) {
  const usable = account.pin === 'usable';
  const why = pinText.state(account.pin, account.ehr_name);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!usable && start !== 'list') button.current?.focus();
  }, [usable, start]);
  return (
    <div className={styles.ways}>
      {usable && <PinEntry account={account} />}
      {why !== undefined && (
        <p className={styles.why} data-testid="pin-state" data-state={account.pin}>
          <WarningMark size={16} /> {why}
        </p>
      )}
      <Button
        ref={button}
        kind={usable ? 'normal' : 'primary'}
        isDisabled={signIn.pending}
        onPress={() => void signIn.run(account.iss, 'clinician', account.clinician)}
        data-testid="unlock-sign-in"
      >
        {text.signInWith(account.ehr_name)}
      </Button>
    </div>
  );
}
