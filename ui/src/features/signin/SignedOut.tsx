// Nobody is signed in: how to start, and why the last attempt ended, if it did.
import { useAction, useClient } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { product, signIn as text } from '../../text/app';
import styles from './SignIn.module.css';

export function SignedOut({ app }: { app: AppView }) {
  return (
    <main className={styles.page} data-testid="signed-out">
      <div className={styles.card}>
        <h1 className={styles.product}>{product}</h1>
        <p className={styles.lead}>{text.start}</p>
        <Notice app={app} />
        <StartHere app={app} />
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

/** Why the last sign-in ended without a visit. */
export function Notice({ app }: { app: AppView }) {
  const { host } = useClient();
  if (!app.notice) return null;
  return (
    <Problem
      error={app.notice}
      onDismiss={() => void host.call('dismiss_notice', {}).catch(() => undefined)}
      data-testid="notice"
    />
  );
}

/** One button per EHR: a start without a launch from the EHR. */
export function StartHere({ app }: { app: AppView }) {
  const { host } = useClient();
  const signIn = useAction((iss: string) => host.call('sign_in', { iss }));
  if (app.ehrs.length === 0) return <p className={styles.quiet}>{text.noEhrs}</p>;
  return (
    <section className={styles.start}>
      <h2 className={styles.quiet}>{text.or}</h2>
      {app.ehrs.map((ehr) => (
        <Button
          key={ehr.iss}
          isDisabled={signIn.pending}
          onPress={() => void signIn.run(ehr.iss)}
          data-testid="sign-in"
        >
          {text.signInTo(ehr.name)}
        </Button>
      ))}
      {signIn.error && <Problem error={signIn.error} />}
    </section>
  );
}
