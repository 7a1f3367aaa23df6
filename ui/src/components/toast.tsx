// One short line at the bottom that says what just happened; screen readers hear it too.
import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';
import styles from './toast.module.css';

const SHOWN_MS = 4_000;
const ToastContext = createContext<(words: string) => void>(() => undefined);

export function useToast(): (words: string) => void {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [line, setLine] = useState({ words: '', count: 0 });
  useEffect(() => {
    if (line.words === '') return;
    const timer = setTimeout(() => setLine({ words: '', count: 0 }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [line]);
  const say = useCallback(
    (words: string) => setLine((before) => ({ words, count: before.count + 1 })),
    [],
  );
  return (
    <ToastContext value={say}>
      {children}
      <div role="status" className={styles.place} data-testid="toast">
        {line.words !== '' && (
          <span key={line.count} className={styles.line}>
            {line.words}
          </span>
        )}
      </div>
    </ToastContext>
  );
}
