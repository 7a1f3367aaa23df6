// A short field whose value is only taken when it makes sense; what is typed stays visible.
import { useState } from 'react';
import styles from './CheckedInput.module.css';

interface Props<V> {
  value: string;
  /** `undefined`: not valid yet, so it is not saved. */
  parse: (typed: string) => V | null | undefined;
  onValue: (value: V | null) => void;
  invalid: string;
  placeholder?: string;
  maxLength: number;
  readOnly: boolean;
  inputMode?: 'numeric';
  testId: string;
}

export function CheckedInput<V>(props: Props<V>) {
  const { value, parse, onValue, invalid, testId, placeholder, maxLength, readOnly } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? value;
  const wrong = typed !== null && parse(typed) === undefined;
  return (
    <span className={styles.checked}>
      <input
        className={styles.short}
        value={shown}
        placeholder={placeholder}
        maxLength={maxLength}
        readOnly={readOnly}
        inputMode={props.inputMode}
        autoComplete="off"
        aria-invalid={wrong || undefined}
        id={testId}
        onChange={(event) => {
          setTyped(event.target.value);
          const parsed = parse(event.target.value);
          if (parsed !== undefined) onValue(parsed);
        }}
        onBlur={() => {
          if (!wrong) setTyped(null);
        }}
        data-testid={testId}
      />
      {wrong && (
        <span className={styles.invalid} role="alert">
          ▲ {invalid}
        </span>
      )}
    </span>
  );
}

/** Minutes of a day; nothing typed is nothing said. */
export function minutes(typed: string): number | null | undefined {
  const trimmed = typed.trim();
  if (trimmed === '') return null;
  return /^\d{1,4}$/.test(trimmed) && Number(trimmed) <= 1440 ? Number(trimmed) : undefined;
}
