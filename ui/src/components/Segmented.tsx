// A choice among a few, as native radio buttons side by side; nothing is chosen until someone chooses.
import { useId } from 'react';
import styles from './Segmented.module.css';

interface Props<V extends string> {
  /** Accessible name of the group. */
  label: string;
  options: readonly { value: V; label: string }[];
  value: V | null;
  onChange: (value: V) => void;
  isDisabled?: boolean;
  /** Each option fills an equal share of the width. */
  even?: boolean;
  testId: string;
}

export function Segmented<V extends string>(props: Props<V>) {
  const { label, options, value, onChange, isDisabled = false, even = false, testId } = props;
  const name = useId();
  return (
    <div
      id={testId}
      role="radiogroup"
      aria-label={label}
      className={even ? `${styles.group} ${styles.even}` : styles.group}
      data-testid={testId}
      data-value={value ?? ''}
    >
      {options.map((option) => (
        <label key={option.value} className={styles.option}>
          <input
            type="radio"
            className={styles.input}
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={isDisabled}
            onChange={() => onChange(option.value)}
            onKeyDown={(event) => {
              const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
              if (event.key === 'Enter' && plain) event.currentTarget.click();
            }}
            data-testid={`${testId}-${option.value}`}
          />
          <span className={styles.face}>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
