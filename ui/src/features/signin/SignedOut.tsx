// Nobody is signed in: how to start, and why the last attempt ended, if it did.
import { useState } from 'react';
import { useClient } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import type { SignInPurpose } from '../../generated/SignInPurpose';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { product, signIn as text } from '../../text/app';
import { lock as lockText } from '../../text/lock';
import { Clinicians } from '../lock/Clinicians';
import { PinEntry } from '../lock/PinEntry';
import { useSignIn, type SignIn } from './use-sign-in';
import styles from './SignIn.module.css';

export function SignedOut({ app }: { app: AppView }) {
  const signIn = useSignIn();
  const [chosen, setChosen] = useState<string>();
  const withPin = app.accounts.find((one) => one.account === chosen && one.pin === 'usable');
  return (
    <main className={styles.page} data-testid="signed-out">
      <div className={styles.card}>
        <h1 className={styles.product}>{product}</h1>
        <p className={styles.lead}>{text.start}</p>
        <Notice app={app} signIn={signIn} />
        {withPin && (
          <section className={styles.chosen} aria-label={withPin.clinician}>
            <h2>{lockText.openAs(withPin.clinician, withPin.ehr_name)}</h2>
            <PinEntry key={withPin.account} account={withPin} />
            <Button
              isDisabled={signIn.pending}
              onPress={() => void signIn.run(withPin.iss, 'clinician', withPin.clinician)}
              data-testid="unlock-sign-in"
            >
              {lockText.signInWith(withPin.ehr_name)}
            </Button>
          </section>
        )}
        <Clinicians
          title={lockText.known}
          accounts={app.accounts.filter((one) => one !== withPin)}
          ehrs={[]}
          isBusy={signIn.pending}
          onChoose={(one) => {
            if (one.pin === 'usable') setChosen(one.account);
            else void signIn.run(one.iss, 'clinician', one.clinician);
          }}
          onSignIn={(iss) => void signIn.run(iss, 'clinician')}
        />
        <StartHere
          app={app}
          signIn={signIn}
          title={app.accounts.length > 0 ? text.orAnother : text.or}
          purposes={['clinician', 'patient']}
        />
        <dl className={styles.facts}>
          {app.launch_address !== null && (
            <div>
              <dt>{text.launchAddress}</dt>
              <dd data-testid="launch-address">{app.launch_address}</dd>
            </div>
          )}
          <div>
            <dt>{text.version(app.product_version)}</dt>
          </div>
        </dl>
      </div>
    </main>
  );
}

/**
 * Why the last sign-in ended without a visit. A sign-in that did not start is told as its answer and
 * as the notice; it is one failure and is shown once, in one place.
 */
export function Notice({ app, signIn }: { app: AppView; signIn?: SignIn }) {
  const { host } = useClient();
  const { notice } = app;
  const own = signIn?.error?.code === notice?.code ? undefined : signIn?.error;
  return (
    <>
      {notice && (
        <Problem
          error={notice}
          onDismiss={() => {
            signIn?.clear();
            void host.call('dismiss_notice', {}).catch(() => undefined);
          }}
          data-testid="notice"
        />
      )}
      {own && <Problem error={own} data-testid="sign-in-failed" />}
    </>
  );
}

interface StartProps {
  app: AppView;
  signIn: SignIn;
  title: string;
  purposes: SignInPurpose[];
}

/** Each EHR: sign in to see the day's work, or choose a patient there, without a launch from it. */
export function StartHere({ app, signIn, title, purposes }: StartProps) {
  if (app.ehrs.length === 0) return <p className={styles.quiet}>{text.noEhrs}</p>;
  return (
    <section className={styles.start}>
      <h2 className={styles.quiet}>{title}</h2>
      <div className={styles.pairs}>
        {app.ehrs.map((ehr) => (
          <div key={ehr.iss} className={styles.ways}>
            {purposes.map((purpose) => (
              <Button
                key={purpose}
                kind={purpose === 'patient' && purposes.length > 1 ? 'quiet' : 'normal'}
                isDisabled={signIn.pending}
                {...(purpose === 'patient' ? { 'aria-label': text.choosePatientIn(ehr.name) } : {})}
                onPress={() => void signIn.run(ehr.iss, purpose)}
                data-testid={purpose === 'patient' ? 'choose-patient' : 'sign-in'}
              >
                {purpose === 'clinician'
                  ? text.signInTo(ehr.name)
                  : purposes.length > 1
                    ? text.choosePatient
                    : text.choosePatientIn(ehr.name)}
              </Button>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}
