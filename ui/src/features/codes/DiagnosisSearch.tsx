// Search of ICD-10-CM as you type: arrows choose, Enter adds, an answer to an older question never paints.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Problem } from '../../components/Problem';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { CommandError } from '../../generated/CommandError';
import type { DiagnosisHit } from '../../generated/DiagnosisHit';
import { codes as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './DiagnosisSearch.module.css';

const QUIET_MS = 80;

interface Props {
  chosen: string[];
  onAdd: (code: string) => void;
}

interface Answer {
  query: string;
  hits: DiagnosisHit[];
  error?: CommandError;
}

export function DiagnosisSearch({ chosen, onAdd }: Props) {
  const { visit } = useVisit();
  const { host } = useClient();
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(false);
  const [answer, setAnswer] = useState<Answer>({ query: '', hits: [] });
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const asked = query.trim();
  const addedKey = chosen.join(' ');

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

  const { hits } = answer;
  const shown = open && asked !== '' && answer.query !== '';
  const optionId = (index: number) => `${id}-${index}`;

  const choose = (hit: DiagnosisHit | undefined) => {
    if (!hit?.billable || chosen.includes(hit.code)) return;
    onAdd(hit.code);
    setQuery('');
    setAnswer({ query: '', hits: [] });
  };

  const move = (step: number) => {
    if (hits.length === 0) return;
    const next = (active + step + hits.length) % hits.length;
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      // Only an answer to what stands in the field may be chosen with Enter.
      if (shown && answer.query === asked) choose(hits[active]);
    } else if (event.key === 'Escape' && query !== '') {
      setQuery('');
      event.stopPropagation();
      return;
    } else return;
    event.preventDefault();
  };

  return (
    <div className={styles.search}>
      <input
        id="dx-search"
        role="combobox"
        aria-label={text.searchLabel}
        aria-expanded={shown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown && hits[active] ? optionId(active) : undefined}
        className={styles.input}
        placeholder={text.search}
        value={query}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setQuery(event.target.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        data-testid="dx-search"
      />
      <ul
        ref={list}
        id={id}
        role="listbox"
        className={styles.list}
        hidden={!shown || !!answer.error}
      >
        {hits.map((hit, index) => (
          <Option
            key={hit.code}
            id={optionId(index)}
            hit={hit}
            active={index === active}
            added={chosen.includes(hit.code)}
            onChoose={() => choose(hit)}
          />
        ))}
        {hits.length === 0 && (
          <li role="option" aria-disabled aria-selected={false} className={styles.none}>
            {text.noHits}
          </li>
        )}
      </ul>
      {shown && answer.error && <Problem error={answer.error} title={text.searchFailed} />}
    </div>
  );
}

interface OptionProps {
  id: string;
  hit: DiagnosisHit;
  active: boolean;
  added: boolean;
  onChoose: () => void;
}

function Option({ id, hit, active, added, onChoose }: OptionProps) {
  const { code, title, billable, on_problem_list } = hit;
  const off = !billable || added;
  const tags = [
    on_problem_list ? text.onList : '',
    billable ? '' : text.category,
    added ? text.chosen : '',
  ].filter(Boolean);
  return (
    <li
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={off || undefined}
      className={[styles.option, active && styles.active, off && styles.off]
        .filter(Boolean)
        .join(' ')}
      // The field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
      data-testid={`dx-option-${code}`}
      data-billable={billable}
    >
      <span className={styles.code}>{code}</span>
      <span className={styles.title}>{title}</span>
      {tags.length > 0 && <span className={styles.tags}>{tags.join(' · ')}</span>}
    </li>
  );
}
