// One section of the chart. Loading keeps its space; failed says so; "none" is only said when it is known.
import { memo, useEffect, useMemo, useState } from 'react';
import { Button } from '../../components/Button';
import { moment } from '../../data/time';
import type { ChartItem } from '../../generated/ChartItem';
import type { ChartSection } from '../../generated/ChartSection';
import type { SectionKind } from '../../generated/SectionKind';
import { chart as text } from '../../text/visit';
import { ChartRow } from './ChartRow';
import { entryFor, type Reveal } from './reveal';
import { matches } from './search';
import type { Marks } from './use-changes';
import type { RowActions } from './use-row-actions';
import { namesOf } from './wording';
import styles from './ChartSectionBlock.module.css';

/** Rows drawn before "Show all", and per further step. */
const FIRST = 20;
const STEP = 400;
/** Neighbours of an entry that is asked for from outside. */
const NEAR = 3;

interface Props {
  section: ChartSection;
  words: readonly string[];
  actions: RowActions;
  /** What changed since it was first painted. */
  marks: Marks;
  onSeen: (kind: SectionKind) => void;
  /** Asked for from outside: shown, lit and given the focus. */
  reveal: Reveal | undefined;
  pinned: boolean;
  onPin: (kind: SectionKind) => void;
  onReload: () => void;
}

export const ChartSectionBlock = memo(function ChartSectionBlock(props: Props) {
  const { section, words, actions, marks, onSeen, reveal, pinned, onPin, onReload } = props;
  const { kind, title, state, items } = section;
  const searching = words.length > 0;
  const found = useMemo(
    () => (searching ? items.filter((item) => matches(item, words)) : items),
    [items, searching, words],
  );
  const lit = useMemo(() => reveal && entryFor(items, reveal.ids)?.id, [items, reveal]);
  useReveal(section.kind, lit, reveal?.count);
  const current = found.filter((item) => item.current);
  const past = found.filter((item) => !item.current);
  const failed = state.state === 'failed';
  const loading = state.state === 'loading';
  const showSource = useMemo(() => sourcesDiffer(items), [items]);
  const nameOf = useMemo(() => namesOf(kind, items), [kind, items]);
  const same = { kind, nameOf, actions, showSource, words, marks, lit };
  const news = useMemo(() => items.filter((item) => marks.has(item.id)).length, [items, marks]);

  return (
    <section
      id={`chart-${kind}`}
      tabIndex={-1}
      className={styles.section}
      aria-label={title}
      aria-busy={loading || undefined}
      data-testid={`section-${kind}`}
      data-state={state.state}
    >
      <header className={styles.header}>
        <h3 className={styles.title}>{title}</h3>
        <span className={styles.count}>
          {loading
            ? text.loading
            : searching && !(failed && items.length === 0)
              ? kind === 'notes'
                ? text.titleMatches(found.length)
                : text.matches(found.length)
              : counted(section)}
        </span>
        {news > 0 && (
          <button
            type="button"
            className={styles.news}
            title={text.changedWhileOpen(news)}
            aria-label={text.seenLabel(text.changedWhileOpen(news))}
            onClick={() => onSeen(kind)}
            data-testid={`changed-${kind}`}
          >
            {text.changedCount(news)}
          </button>
        )}
        <span className={styles.asOf}>
          {section.as_of !== null &&
            (!failed || items.length > 0) &&
            text.asOf(moment(section.as_of))}
        </span>
        <button
          id={`pin-${kind}`}
          type="button"
          className={styles.pin}
          aria-pressed={pinned}
          aria-label={pinned ? text.pinnedLabel(title) : text.pinLabel(title)}
          title={text.pinHint}
          onClick={() => onPin(kind)}
          data-testid={`pin-${kind}`}
        >
          {pinned ? text.pinned : text.pin}
        </button>
      </header>

      {failed && (
        <Notice words={text.failed} why={state.why} onRetry={onReload} name={title} kind={kind} />
      )}
      {state.state === 'partial' && (
        <Notice words={text.partial} why={state.why} onRetry={onReload} name={title} kind={kind} />
      )}
      {state.state === 'not_offered' && (
        <p className={styles.quiet} data-testid={`not-offered-${kind}`}>
          {text.notOffered(title)} {state.why}
        </p>
      )}
      {loading && items.length === 0 && (
        <div className={styles.skeleton} aria-label={text.loadingSection(title)} role="status" />
      )}
      {searching && (loading || failed) && items.length === 0 && (
        <p className={styles.quiet}>{loading ? text.notSearched : text.notSearchedFailed}</p>
      )}
      {!searching && state.state === 'complete' && items.length + section.unreadable === 0 && (
        <p className={styles.quiet} data-testid={`empty-${kind}`}>
          {section.empty_words}
        </p>
      )}

      <Rows items={current} {...same} />
      {past.length > 0 && <Past items={past} {...same} open={searching} />}
      {section.unreadable > 0 && (
        <p className={styles.unreadable}>▲ {text.unreadable(section.unreadable)}</p>
      )}
    </section>
  );
});

function counted(section: ChartSection): string {
  // A count of what failed would read as "none".
  if (section.state.state === 'failed' && section.items.length === 0) return '';
  return section.items.length === 0 ? '' : section.items.length.toLocaleString('en-US');
}

/** Once it is drawn, the entry comes into view with the focus on it. */
function useReveal(kind: SectionKind, id: string | undefined, count: number | undefined) {
  useEffect(() => {
    if (id === undefined || count === undefined) return;
    const section = document.getElementById(`chart-${kind}`);
    const row = [...(section?.querySelectorAll<HTMLElement>('li[data-row]') ?? [])].find(
      (one) => one.dataset['id'] === id,
    );
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
  }, [kind, id, count]);
}

/** The source stands on the entries when it says something: not where one made all of them. */
function sourcesDiffer(items: readonly ChartItem[]): boolean {
  return items.length === 1 || new Set(items.map((item) => item.source)).size > 1;
}

interface RowsProps {
  items: ChartItem[];
  kind: SectionKind;
  nameOf: (item: ChartItem) => string;
  actions: RowActions;
  showSource: boolean;
  words: readonly string[];
  marks: Marks;
  lit: string | undefined;
}

interface NoticeProps {
  words: string;
  why: string;
  name: string;
  kind: string;
  onRetry: () => void;
}

function Notice({ words, why, onRetry, name, kind }: NoticeProps) {
  return (
    <div className={styles.notice} role="alert">
      <p>
        <strong>
          ▲ {name} {words}.
        </strong>{' '}
        {why}
      </p>
      <Button small onPress={onRetry} data-testid={`retry-${kind}`}>
        {text.retry}
      </Button>
    </div>
  );
}

function Past({ open, ...rows }: RowsProps & { open: boolean }) {
  const [wanted, setWanted] = useState(false);
  const shown = wanted || open || rows.items.some((item) => item.id === rows.lit);
  return (
    <>
      {!open && (
        <div className={styles.more}>
          <button
            type="button"
            className={styles.moreButton}
            aria-expanded={shown}
            onClick={() => setWanted(!wanted)}
          >
            <span aria-hidden>{shown ? '▾' : '▸'}</span> {text.inactive(rows.items.length)}
          </button>
        </div>
      )}
      {shown && <Rows {...rows} />}
    </>
  );
}

/** One stop for the Tab key; the arrow keys of the chart move between the entries. */
function Rows({ items, kind, nameOf, actions, showSource, words, marks, lit }: RowsProps) {
  const [limit, setLimit] = useState(FIRST);
  const [active, setActive] = useState(0);
  if (items.length === 0) return null;
  // What was asked for is drawn with its neighbours, however far down it stands.
  const far = items.findIndex((item) => item.id === lit);
  const around = far < limit ? [] : items.slice(Math.max(limit, far - NEAR), far + NEAR + 1);
  const drawn = [...items.slice(0, limit), ...around];
  const rest = items.length - drawn.length;
  const at = Math.min(active, drawn.length - 1);

  return (
    <>
      <ul className={styles.rows}>
        {drawn.map((item, index) => (
          <ChartRow
            key={item.id}
            item={item}
            kind={kind}
            name={nameOf(item)}
            actions={actions}
            showSource={showSource}
            words={words}
            change={marks.get(item.id)}
            lit={item.id === lit}
            afterGap={index === limit && far - NEAR > limit}
            index={index}
            active={index === at}
            onActive={setActive}
          />
        ))}
      </ul>
      {rest > 0 && (
        <div className={styles.more}>
          <button
            type="button"
            className={styles.moreButton}
            onClick={() => setLimit(limit + STEP)}
          >
            {rest <= STEP ? text.showAll(items.length) : text.showMore(STEP, rest)}
          </button>
        </div>
      )}
    </>
  );
}
