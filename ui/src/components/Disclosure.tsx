// A line that opens what is below it.
import { useId, useState, type ReactNode } from 'react';
import styles from './Disclosure.module.css';

interface Props {
  label: ReactNode;
  /** Accessible name, where the visible words alone would be ambiguous. */
  name?: string;
  children: ReactNode;
  startOpen?: boolean;
  testId?: string;
}

export function Disclosure({ label, name, children, startOpen = false, testId }: Props) {
  const [open, setOpen] = useState(startOpen);
  const id = useId();
  return (
    <div>
      <button
        type="button"
        className={styles.line}
        aria-expanded={open}
        aria-controls={id}
        aria-label={name}
        onClick={() => setOpen(!open)}
        data-testid={testId}
      >
        <span className={styles.mark} aria-hidden>
          {open ? '▾' : '▸'}
        </span>
        {label}
      </button>
      <div id={id} hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
