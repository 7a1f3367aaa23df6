// Unlocks with the offline PIN. The digits stay in the field and never enter the state of the screen.
import { useEffect, useId, useRef, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import { WarningMark } from '../../components/WarningMark';
import { useAction, useClient } from '../../data/hooks';
import type { AccountView } from '../../generated/AccountView';
import { pin as text } from '../../text/lock';
import { PinField } from './PinField';
import styles from './PinEntry.module.css';

export function PinEntry({ account }: { account: AccountView }) {
  const client = useClient();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const unlock = useAction((digits: string) =>
    client.host.call('unlock_pin', { account: account.account, pin: digits }),
  );
  const { error, pending } = unlock;

  // After a refusal the field is empty (see below) and ready for the next try.
  useEffect(() => {
    if (!pending) field.current?.focus();
  }, [pending]);

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const input = field.current;
    if (!input || input.value === '' || pending) return;
    const digits = input.value;
    input.value = '';
    // Whatever the answer: how the PIN stands, and who is here, may have changed.
    void unlock.run(digits).finally(() => client.renew('app'));
  };

  return (
    <form className={styles.form} onSubmit={onSubmit} data-testid="pin-entry">
      <label htmlFor={id}>{text.label}</label>
      <div className={styles.line}>
        <PinField
          ref={field}
          id={id}
          readOnly={pending}
          aria-label={text.labelOf(account.clinician)}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          data-testid="pin"
        />
        <Button type="submit" kind="primary" isDisabled={pending} data-testid="unlock">
          {pending ? text.unlocking : text.unlock}
        </Button>
      </div>
      {error && (
        <p
          id={`${id}-error`}
          className={styles.error}
          role="alert"
          data-testid="pin-error"
          data-code={error.code}
        >
          <WarningMark size={14} /> {error.message}
        </p>
      )}
    </form>
  );
}
