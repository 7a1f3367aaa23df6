// Says which text of a section was copied and not changed yet, and shows it there.
import type { CopiedText } from '../../generated/CopiedText';
import { carry as text } from '../../text/note';
import { showIn } from './show-in';
import styles from './NoteSectionField.module.css';

export function Copied({ id, copied }: { id: string; copied: CopiedText[] }) {
  return (
    <>
      {copied.map((one) => (
        <p key={one.text} className={styles.copied} data-testid={`${id}-copied`}>
          <span>▲ {one.words}</span>
          <button
            type="button"
            tabIndex={-1}
            onClick={() => {
              const area = document.getElementById(id);
              if (!(area instanceof HTMLTextAreaElement)) return;
              const start = area.value.indexOf(one.text);
              if (start >= 0) showIn(area, { start, end: start + one.text.length });
            }}
          >
            {text.show}
          </button>
        </p>
      ))}
    </>
  );
}
