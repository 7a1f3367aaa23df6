// The system browser shows the EHR's sign-in; this window waits, and can give it up.
import { useAction, useClient } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { product, signIn as text } from '../../text/app';
import styles from './SignIn.module.css';

export function SigningIn({ app }: { app: AppView }) {
  const asked = useClient().askedSignIn();
  const anew = asked !== undefined || app.locked_account !== null;
  return (
    <main className={styles.page} data-testid="signing-in">
      <div className={styles.card}>
        <h1 className={styles.product}>{product}</h1>
        <p className={styles.lead} role="status">
          {text.finish(app.sign_in?.ehr_name ?? '', asked?.who)}
        </p>
        <p className={styles.quiet}>{anew ? text.finishAsked : text.finishLaunch}</p>
        <CancelSignIn />
      </div>
    </main>
  );
}

/** The same above an open visit: the visit stays where it is. */
export function SigningInStrip({ ehrName }: { ehrName: string }) {
  const asked = useClient().askedSignIn();
  return (
    <div className={styles.strip} data-testid="signing-in">
      <span role="status">{text.finish(ehrName, asked?.who)}</span>
      <CancelSignIn />
    </div>
  );
}

function CancelSignIn() {
  const { host } = useClient();
  const cancel = useAction(() => host.call('sign_in_cancel', {}));
  return (
    <div className={styles.start}>
      <Button
        isDisabled={cancel.pending}
        onPress={() => void cancel.run()}
        data-testid="sign-in-cancel"
      >
        {text.cancel}
      </Button>
      {cancel.error && <Problem error={cancel.error} />}
    </div>
  );
}
