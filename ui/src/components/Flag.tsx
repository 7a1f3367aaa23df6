// Clinical meaning: a shape and a word, in amber or red.
import type { ItemFlag } from '../generated/ItemFlag';
import { flags } from '../text/visit';
import styles from './Flag.module.css';

const shapes: Record<ItemFlag, string> = { high: '▲', low: '▼', critical: '◆', abnormal: '●' };

export function Flag({ flag, words }: { flag: ItemFlag; words?: string | undefined }) {
  return (
    <span className={flag === 'critical' ? styles.critical : styles.flag}>
      <span aria-hidden>{shapes[flag]}</span> {words ?? flags[flag]}
    </span>
  );
}
