// Chartside cannot work: what happened, that nothing is lost, what to do.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import type { CommandError } from '../../generated/CommandError';
import { product, signIn as text } from '../../text/app';
import styles from './SignIn.module.css';

interface Props {
  error: CommandError;
  onRetry: () => void;
}

export function Blocked({ error, onRetry }: Props) {
  return (
    <main className={styles.page} data-testid="blocked">
      <div className={styles.card}>
        <h1 className={styles.product}>{product}</h1>
        <p className={styles.lead}>{text.blockedTitle}</p>
        <Problem error={error} />
        <p className={styles.quiet}>{text.nothingLost}</p>
        <div className={styles.start}>
          <Button onPress={onRetry}>{text.tryAgain}</Button>
        </div>
      </div>
    </main>
  );
}

/** Before the first answer, or without a host. */
export function Plain({ words }: { words: string }) {
  return (
    <main className={styles.page}>
      <p className={styles.quiet} role="status">
        {words}
      </p>
    </main>
  );
}
