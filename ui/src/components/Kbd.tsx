// A key, beside the words of the action.
import styles from './Kbd.module.css';

export function Kbd({ children }: { children: string }) {
  return (
    <kbd className={styles.key} aria-hidden>
      {children}
    </kbd>
  );
}
