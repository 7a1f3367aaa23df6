// Every action by name: type a part of it, press Enter.
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { Sheet } from '../../components/Sheet';
import { palette as text, shortcuts } from '../../text/app';
import styles from './Palette.module.css';

export interface Command {
  id: string;
  words: string;
  keys?: string;
  run: () => void;
}

export function Palette({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const words = query.toLowerCase().split(/\s+/);
  const found = commands.filter((command) =>
    words.every((word) => command.words.toLowerCase().includes(word)),
  );
  const at = Math.min(active, found.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    // After the overlay gave the focus back.
    setTimeout(command.run, 80);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next = (at + step + found.length) % Math.max(1, found.length);
      setActive(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      closeLabel={shortcuts.close}
      place="middle"
      testId="palette"
    >
      <div className={styles.body}>
        <input
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
          aria-label={text.placeholder}
          className={styles.input}
          placeholder={text.placeholder}
          value={query}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          data-testid="palette-input"
        />
        <ul ref={list} id={id} role="listbox" aria-label={text.title} className={styles.list}>
          {found.map((command, index) => (
            <li
              key={command.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              className={index === at ? `${styles.option} ${styles.active}` : styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => run(command)}
            >
              <span>{command.words}</span>
              {command.keys !== undefined && <span className={styles.keys}>{command.keys}</span>}
            </li>
          ))}
        </ul>
        {found.length === 0 && <p className={styles.none}>{text.none}</p>}
      </div>
    </Sheet>
  );
}
