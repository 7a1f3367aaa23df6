// Dots under the words that nobody knows, behind the text of the field.
import { memo } from 'react';
import type { Marked } from './use-spelling';
import styles from './SpellingMarks.module.css';

export const SpellingMarks = memo(function SpellingMarks({ marks }: { marks: Marked[] }) {
  if (marks.length === 0) return null;
  return (
    <div className={styles.marks} aria-hidden>
      {marks.flatMap(({ start, boxes }) =>
        boxes.map(({ left, top, width, height }, line) => (
          <span
            key={`${start} ${line}`}
            className={styles.mark}
            style={{ left, top, width, height }}
            data-testid="spelling-mark"
          />
        )),
      )}
    </div>
  );
});
