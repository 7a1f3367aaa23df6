// The list of keys.
import { Sheet } from '../../components/Sheet';
import { modKey } from '../../data/keys';
import { shortcuts as text } from '../../text/app';
import styles from './Shortcuts.module.css';

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      closeLabel={text.close}
      place="middle"
      testId="shortcuts"
    >
      {/* A stop for the Tab key: a long list is scrolled by keyboard too. */}
      <dl className={styles.list} tabIndex={0} aria-label={text.title}>
        {text.rows(modKey).map(([keys, words]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
