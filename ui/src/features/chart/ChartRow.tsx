// One entry of the chart, with its value, flag, trend, date and source, and what can be done with it.
import { memo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Sparkline } from '../../charts/Sparkline';
import { Flag } from '../../components/Flag';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { day } from '../../data/time';
import type { ChartItem } from '../../generated/ChartItem';
import type { ItemFlag } from '../../generated/ItemFlag';
import type { SectionKind } from '../../generated/SectionKind';
import { chart as text } from '../../text/visit';
import { Marked } from './Marked';
import { RowIcon } from './RowIcon';
import { Trend } from './Trend';
import type { Change } from './use-changes';
import type { RowActions } from './use-row-actions';
import { written } from './wording';
import styles from './ChartRow.module.css';

interface Props {
  item: ChartItem;
  kind: SectionKind;
  /** What the entry is called on screen and in the note. */
  name: string;
  actions: RowActions;
  /** The entries of the section come from different sources. */
  showSource: boolean;
  /** What is searched for; marked where it stands. */
  words: readonly string[];
  /** It became so while the chart was on screen. */
  change: Change | undefined;
  /** It was asked for from outside. */
  lit: boolean;
  /** Entries between it and the one above are not drawn. */
  afterGap: boolean;
  index: number;
  active: boolean;
  onActive: (index: number) => void;
}

type RowAction = 'read' | 'values' | 'insert' | 'add-diagnosis';

/** The key that does the same while the entry has the focus. */
const keyOf: Record<RowAction, string> = {
  read: ' (Enter)',
  values: ' (Enter)',
  insert: ' (I)',
  'add-diagnosis': ' (D)',
};

export const ChartRow = memo(
  function ChartRow(props: Props) {
    const {
      item,
      kind,
      name,
      actions,
      showSource,
      words,
      change,
      lit,
      afterGap,
      index,
      active,
      onActive,
    } = props;
    const [open, setOpen] = useState(false);
    const say = useToast();
    const { icd10 } = item;
    const trend = item.series.length > 1;

    const attempt = (act: Promise<void>) => {
      act.catch((thrown: unknown) => say(toCommandError(thrown).message));
    };
    const insert = () => attempt(actions.insert(item, kind, name));
    const add = () => {
      if (icd10 !== null) attempt(actions.addDiagnosis(icd10));
    };

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (event.key === 'Enter' && item.has_document) actions.read(item.id);
      else if (event.key === 'Enter' && trend) setOpen(!open);
      else if (event.key === 'i' && actions.mayWrite) insert();
      else if (event.key === 'd' && actions.mayWrite) add();
      else return;
      event.preventDefault();
    };

    const button = (id: RowAction, face: ReactNode, words: string, onClick: () => void) => {
      const blocked = id === 'insert' && !actions.mayInsert;
      return (
        <button
          type="button"
          className={styles.action}
          tabIndex={active ? 0 : -1}
          aria-label={`${id === 'add-diagnosis' ? `${text.diagnosisShort}: ` : ''}${words}: ${name}`}
          aria-expanded={id === 'values' ? open : undefined}
          aria-disabled={blocked || undefined}
          title={blocked ? text.blockedInsert : words + keyOf[id]}
          onClick={onClick}
          data-testid={id}
        >
          {face}
        </button>
      );
    };

    return (
      <li
        className={item.current ? styles.row : `${styles.row} ${styles.past}`}
        tabIndex={active ? 0 : -1}
        onFocus={active ? undefined : () => onActive(index)}
        onKeyDown={onKeyDown}
        data-row
        data-change={change}
        data-lit={lit || undefined}
        data-after-gap={afterGap || undefined}
        data-testid="chart-item"
        data-id={item.id}
        title={hint(item, name)}
      >
        <div className={styles.line}>
          <div className={styles.what}>
            {change !== undefined && <span className={styles.change}>{text.changes[change]}</span>}
            <span className={styles.title}>
              <Marked text={name} words={words} />
            </span>
            {item.detail !== null && (
              <span className={styles.detail}>
                <Marked text={written(item.detail)} words={words} />
              </span>
            )}
            {item.flag !== null && <Flag flag={item.flag} words={flagWords(item.flag, kind)} />}
            {showsStatus(item) && (
              <span className={styles.status}>
                <Marked text={item.status ?? ''} words={words} />
              </span>
            )}
            {icd10 !== null && (
              <span className={styles.code}>
                <Marked text={icd10} words={words} />
              </span>
            )}
            {item.source !== null && (showSource || words.length > 0) && (
              <span className={styles.source}>
                <Marked text={item.source} words={words} />
              </span>
            )}
          </div>
          {trend && (
            <span className={styles.trend}>
              <Sparkline series={item.series} />
            </span>
          )}
          <time className={styles.date}>
            {item.date !== null && <Marked text={day(item.date)} words={words} />}
          </time>
          <div className={styles.actions}>
            {item.has_document &&
              button('read', <RowIcon name="read" />, text.read, () => actions.read(item.id))}
            {trend &&
              button(
                'values',
                <RowIcon name="values" />,
                open ? text.hideValues : text.values,
                () => setOpen(!open),
              )}
            {actions.mayWrite && button('insert', <RowIcon name="insert" />, text.insert, insert)}
            {actions.mayWrite &&
              icd10 !== null &&
              button('add-diagnosis', text.diagnosisShort, text.addDiagnosis, add)}
          </div>
        </div>
        {open && <Trend title={name} series={item.series} />}
      </li>
    );
  },
  (before, after) =>
    before.item === after.item &&
    before.name === after.name &&
    before.showSource === after.showSource &&
    before.words === after.words &&
    before.change === after.change &&
    before.lit === after.lit &&
    before.afterGap === after.afterGap &&
    before.active === after.active &&
    before.index === after.index &&
    before.actions === after.actions,
);

/** Said by the place of the entry already; anything else, known or not, is shown. */
const plainStatus = new Set(['active', 'final', 'finished', 'current', 'confirmed']);

function showsStatus(item: ChartItem): boolean {
  return item.status !== null && !(item.current && plainStatus.has(item.status));
}

/** The whole name where it is shortened, and who said it. */
function hint(item: ChartItem, name: string): string | undefined {
  const parts = [
    name === item.title ? null : item.title,
    item.source === null ? null : text.source(item.source),
  ].filter((part) => part !== null);
  return parts.length === 0 ? undefined : parts.join('\n');
}

/** Of an allergy it is the risk that is high; a critical value is something else. */
function flagWords(flag: ItemFlag, kind: SectionKind): string | undefined {
  return kind === 'allergies' && flag === 'critical' ? text.highRisk : undefined;
}
