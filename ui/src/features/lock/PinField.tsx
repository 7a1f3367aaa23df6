// A field for the digits of a PIN: dots, digits only, remembered by nothing.
import type { InputHTMLAttributes, Ref } from 'react';
import styles from './PinEntry.module.css';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  ref: Ref<HTMLInputElement>;
  'data-testid'?: string;
}

export function PinField(props: Props) {
  return (
    <input
      {...props}
      type="password"
      inputMode="numeric"
      autoComplete="off"
      maxLength={32}
      className={styles.field}
      onInput={(event) => {
        const { value } = event.currentTarget;
        if (/\D/.test(value)) event.currentTarget.value = value.replace(/\D/g, '');
      }}
    />
  );
}
