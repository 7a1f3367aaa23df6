// Find in the note: what is found is listed with the words around it; Enter goes there.
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { NoteDrafts } from '../../data/note-drafts';
import type { NoteView } from '../../generated/NoteView';
import { find as text } from '../../text/note';
import { findIn, MOST_FOUND, type Found } from './find';
import { showIn } from './show-in';
import styles from './FindBar.module.css';

interface Props {
  note: NoteView;
  drafts: NoteDrafts;
  onClose: () => void;
}

export function FindBar({ note, drafts, onClose }: Props) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  // As it stands in the fields, also what is not saved yet; looked at when the words change.
  const found = useMemo(() => {
    const sections = note.sections.map((one) => ({
      section: one.section,
      title: one.title,
      text: drafts.byName(one.section)?.snapshot().text ?? one.text,
    }));
    return findIn(sections, words);
  }, [note, drafts, words]);
  const optionId = (index: number) => `${id}-${index}`;

  const go = (one: Found | undefined) => {
    if (!one) return;
    const area = document.getElementById(`note-${one.section}`);
    if (!(area instanceof HTMLTextAreaElement)) return;
    onClose();
    showIn(area, one);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (found.length === 0) return;
      const next = (at + (key === 'ArrowDown' ? 1 : -1) + found.length) % found.length;
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else if (key === 'Enter' && !event.ctrlKey && !event.metaKey) go(found[at]);
    else if (key === 'Escape') {
      onClose();
      const last = drafts.lastSection;
      if (last !== undefined) document.getElementById(`note-${last}`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const more = found.length === MOST_FOUND ? '+' : '';
  return (
    <div className={styles.bar} role="search" aria-label={text.label}>
      <input
        // It was asked for by its key.
        autoFocus
        id="note-find"
        role="combobox"
        aria-label={text.label}
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-activedescendant={found[at] ? optionId(at) : undefined}
        className={styles.input}
        placeholder={text.label}
        value={words}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        data-testid="note-find"
      />
      <span className={styles.count} role="status" data-testid="note-found">
        {words.trim() !== '' &&
          (found.length === 0 ? text.none : `${at + 1} / ${found.length}${more}`)}
      </span>
      <button type="button" className={styles.close} onClick={onClose}>
        {text.close}
      </button>
      <ul ref={list} id={id} role="listbox" aria-label={text.label} className={styles.list}>
        {found.map((one, index) => (
          <li
            key={`${one.section} ${one.start}`}
            id={optionId(index)}
            role="option"
            aria-selected={index === at}
            className={styles.option}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => go(one)}
            data-testid="note-found-line"
          >
            <span className={styles.title}>{one.title}</span>
            <span className={styles.words}>
              {one.before}
              <mark>{one.hit}</mark>
              {one.after}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
