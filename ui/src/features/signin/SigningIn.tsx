// The system browser shows the EHR's sign-in; this window waits, and can give it up.
import { useAction, useClient } from '../../data/hooks';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { product, signIn as text } from '../../text/app';
import styles from './SignIn.module.css';

export function SigningIn({ ehrName }: { ehrName: string }) {
  return (
    <main className={styles.page} data-testid="signing-in">
      <div className={styles.card}>
        <h1 className={styles.product}>{product}</h1>
        <p className={styles.lead} role="status">
          {text.finish(ehrName)}
        </p>
        <p className={styles.quiet}>{text.finishDetail}</p>
        <CancelSignIn />
      </div>
    </main>
  );
}

/** The same above an open visit: the visit stays where it is. */
export function SigningInStrip({ ehrName }: { ehrName: string }) {
  return (
    <div className={styles.strip} data-testid="signing-in">
      <span role="status">{text.finish(ehrName)}</span>
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
