// What went wrong, in place: heading by code, the backend's words as they are, and the next step.
import { nextStep } from '../data/errors';
import { focusId } from '../data/focus';
import type { CommandError } from '../generated/CommandError';
import { errorTitles, problem } from '../text/errors';
import { Button } from './Button';
import { WarningMark } from './WarningMark';
import styles from './Problem.module.css';

interface Props {
  error: CommandError;
  /** Stands in place of the heading of the code, such as "The note could not be loaded". */
  title?: string;
  onRetry?: () => void;
  onDismiss?: () => void;
  'data-testid'?: string;
}

export function Problem({ error, title, onRetry, onDismiss, 'data-testid': testId }: Props) {
  const step = nextStep(error.code);
  const retry = onRetry && (error.retryable || step === 'retry');
  return (
    <div className={styles.problem} role="alert" data-testid={testId} data-code={error.code}>
      <span className={styles.icon}>
        <WarningMark size={16} />
      </span>
      <div className={styles.words}>
        <strong>{title ?? errorTitles[error.code]}</strong>
        <p>{error.message}</p>
        {error.correlation_id !== '' && (
          <p className={styles.reference}>
            {problem.reference} {error.correlation_id}
          </p>
        )}
        {(retry || onDismiss || step === 'identity') && (
          <div className={styles.actions}>
            {retry && (
              <Button small onPress={onRetry}>
                {problem.retry}
              </Button>
            )}
            {step === 'identity' && (
              <Button small onPress={() => focusId('identity')}>
                {problem.identity}
              </Button>
            )}
            {onDismiss && (
              <Button small onPress={onDismiss} data-testid="dismiss">
                {problem.dismiss}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
