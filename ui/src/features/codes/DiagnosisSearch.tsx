// Search of ICD-10-CM as you type: arrows choose, Enter adds; a category opens into its codes, one question
// at a time. An answer to an older question never paints.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { Problem } from '../../components/Problem';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { CommandError } from '../../generated/CommandError';
import type { DiagnosisChoices } from '../../generated/DiagnosisChoices';
import type { DiagnosisHit } from '../../generated/DiagnosisHit';
import { codes as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './DiagnosisSearch.module.css';

const QUIET_MS = 80;

interface Props {
  chosen: string[];
  onAdd: (code: string) => void;
  query: string;
  onQuery: (query: string) => void;
  field: RefObject<HTMLInputElement | null>;
}

interface Answer {
  query: string;
  hits: DiagnosisHit[];
  error?: CommandError;
}

/** One line to choose from: found by the words, or below a category. */
interface Line {
  code: string;
  title: string;
  billable: boolean;
  /** What it has that the others do not. */
  differs?: string;
  tags: string[];
}

export function DiagnosisSearch({ chosen, onAdd, query, onQuery, field }: Props) {
  const { visit } = useVisit();
  const { host } = useClient();
  const [open, setOpen] = useState(false);
  const [answer, setAnswer] = useState<Answer>({ query: '', hits: [] });
  const [opened, setOpened] = useState<{ asked: string; view: DiagnosisChoices } | null>(null);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const asked = query.trim();
  const addedKey = chosen.join(' ');
  // Typing goes on from what was found.
  const below = opened?.asked === asked ? opened.view : null;

  useEffect(() => {
    if (asked === '') return;
    const added = addedKey.split(' ');
    let stale = false;
    const timer = setTimeout(() => {
      host.call('diagnosis_search', { visit, query: asked }).then(
        ({ hits }) => {
          if (stale) return;
          setAnswer({ query: asked, hits });
          const first = hits.findIndex((hit) => hit.billable && !added.includes(hit.code));
          setActive(Math.max(0, first));
        },
        (thrown: unknown) => {
          if (!stale) setAnswer({ query: asked, hits: [], error: toCommandError(thrown) });
        },
      );
    }, QUIET_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [asked, host, visit, addedKey]);

  const lines: Line[] = below
    ? below.choices.map((one) => ({ ...one, tags: one.billable ? [] : [text.category] }))
    : answer.hits.map((hit) => ({
        ...hit,
        tags: [hit.on_problem_list ? text.onList : '', hit.billable ? '' : text.category],
      }));
  const shown = open && asked !== '' && answer.query !== '';
  const optionId = (index: number) => `${id}-${index}`;

  const look = (category: string) => {
    host.call('diagnosis_choices', { visit, code: category }).then(
      (found) => {
        setOpened({ asked, view: found });
        setActive(0);
        if (list.current) list.current.scrollTop = 0;
      },
      (thrown: unknown) => setAnswer({ query: asked, hits: [], error: toCommandError(thrown) }),
    );
  };

  const choose = (line: Line | undefined) => {
    if (!line || chosen.includes(line.code)) return;
    if (!line.billable) {
      look(line.code);
      return;
    }
    onAdd(line.code);
    onQuery('');
    setAnswer({ query: '', hits: [] });
  };

  /** Up one category where the way came from one, else back to what was found. */
  const back = () => {
    const found = answer.hits.some((hit) => hit.code === below?.code);
    if (below?.parent && !found) look(below.parent);
    else setOpened(null);
    setActive(0);
  };

  const move = (step: number) => {
    if (lines.length === 0) return;
    const next = (active + step + lines.length) % lines.length;
    setActive(next);
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[active];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'ArrowLeft' && below) back();
    else if (event.key === 'ArrowRight' && shown && line && !line.billable && atEnd(event))
      look(line.code);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      // Only an answer to what stands in the field may be chosen with Enter.
      if (shown && answer.query === asked) choose(line);
    } else if (event.key === 'Escape' && query !== '') {
      if (below) back();
      else onQuery('');
      event.stopPropagation();
      return;
    } else return;
    event.preventDefault();
  };

  return (
    <div className={styles.search}>
      <input
        ref={field}
        id="dx-search"
        role="combobox"
        aria-label={text.searchLabel}
        aria-expanded={shown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown && lines[active] ? optionId(active) : undefined}
        aria-describedby={shown && below ? `${id}-asked` : undefined}
        className={styles.input}
        placeholder={text.search}
        value={query}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          onQuery(event.target.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        data-testid="dx-search"
      />
      <div className={styles.sheet} hidden={!shown || !!answer.error}>
        {below && (
          <div className={styles.asked} id={`${id}-asked`} data-testid="dx-asked">
            <p>
              <strong>{below.code}</strong> {below.title}
            </p>
            <p className={styles.question}>{below.question}</p>
            {below.help !== null && <p className={styles.help}>{below.help}</p>}
          </div>
        )}
        <ul ref={list} id={id} role="listbox" aria-label={text.searchLabel} className={styles.list}>
          {lines.map((line, index) => (
            <Option
              key={line.code}
              id={optionId(index)}
              line={line}
              active={index === active}
              added={chosen.includes(line.code)}
              onChoose={() => choose(line)}
            />
          ))}
          {lines.length === 0 && (
            <li role="option" aria-disabled aria-selected={false} className={styles.none}>
              {text.noHits}
            </li>
          )}
        </ul>
        {below && <p className={styles.keys}>{text.backHint}</p>}
      </div>
      {shown && answer.error && <Problem error={answer.error} title={text.searchFailed} />}
    </div>
  );
}

/** The caret is behind the last letter, so the arrow has nowhere to go in the field. */
function atEnd(event: KeyboardEvent): boolean {
  const field = event.target as HTMLInputElement;
  return field.selectionStart === field.value.length;
}

interface OptionProps {
  id: string;
  line: Line;
  active: boolean;
  added: boolean;
  onChoose: () => void;
}

function Option({ id, line, active, added, onChoose }: OptionProps) {
  const { code, title, billable, differs } = line;
  const tags = [...line.tags, added ? text.chosen : ''].filter(Boolean);
  const short = differs !== undefined && differs !== title ? differs : undefined;
  return (
    <li
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={added || undefined}
      className={[styles.option, active && styles.active, (added || !billable) && styles.off]
        .filter(Boolean)
        .join(' ')}
      // The field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
      data-testid={`dx-option-${code}`}
      data-billable={billable}
    >
      <span className={styles.code}>{code}</span>
      <span className={styles.title}>
        {short ? <strong className={styles.differs}>{short}</strong> : title}
      </span>
      {tags.length > 0 && <span className={styles.tags}>{tags.join(' · ')}</span>}
    </li>
  );
}
