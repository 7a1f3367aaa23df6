// Sets or changes the offline PIN: typed twice, kept nowhere in this window.
import { useId, useRef, useState, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useToast } from '../../components/toast';
import { WarningMark } from '../../components/WarningMark';
import { useAction, useClient } from '../../data/hooks';
import type { LockView } from '../../generated/LockView';
import { pin as text } from '../../text/lock';
import { PinField } from './PinField';
import styles from './PinSheet.module.css';

interface Props {
  lock: LockView;
  hasPin: boolean;
  onClose: () => void;
}

export function PinSheet({ lock, hasPin, onClose }: Props) {
  const client = useClient();
  const say = useToast();
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<'short' | 'differ'>();
  const save = useAction((digits: string) => client.host.call('pin_set', { pin: digits }));

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!first.current || !second.current || save.pending) return;
    const digits = first.current.value;
    const same = digits === second.current.value;
    const short = digits.length < lock.pin_digits;
    first.current.value = '';
    second.current.value = '';
    first.current.focus();
    save.clear();
    setWrong(short ? 'short' : same ? undefined : 'differ');
    if (short || !same) return;
    void save.run(digits).then((done) => {
      if (!done) return;
      client.renew('app');
      say(text.saved);
      onClose();
    });
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={hasPin ? text.changeTitle : text.setTitle}
      closeLabel={text.cancel}
      place="middle"
      testId="pin-sheet"
      footer={
        <Button
          kind="primary"
          type="submit"
          form={`${id}-form`}
          isDisabled={save.pending}
          data-testid="pin-save"
        >
          {save.pending ? text.saving : text.save}
        </Button>
      }
    >
      <form id={`${id}-form`} className={styles.form} onSubmit={onSubmit}>
        <p>{text.purpose(lock.pin_hours)}</p>
        <p className={styles.quiet}>{text.notShared}</p>
        <p id={`${id}-rules`} data-testid="pin-rules">
          {text.rules(lock.pin_digits)}
        </p>
        <label htmlFor={`${id}-first`}>{text.first}</label>
        <PinField
          ref={first}
          id={`${id}-first`}
          autoFocus
          aria-invalid={wrong !== undefined || undefined}
          aria-describedby={wrong === undefined ? `${id}-rules` : `${id}-wrong ${id}-rules`}
          data-testid="pin-first"
        />
        <label htmlFor={`${id}-second`}>{text.second}</label>
        <PinField
          ref={second}
          id={`${id}-second`}
          aria-invalid={wrong === 'differ' || undefined}
          aria-describedby={wrong === 'differ' ? `${id}-wrong` : undefined}
          data-testid="pin-second"
        />
        {wrong !== undefined && (
          <p id={`${id}-wrong`} className={styles.wrong} role="alert" data-testid="pin-invalid">
            <WarningMark size={14} />{' '}
            {wrong === 'short' ? text.tooShort(lock.pin_digits) : text.differ}
          </p>
        )}
        {save.error && <Problem error={save.error} data-testid="pin-failed" />}
      </form>
    </Sheet>
  );
}
