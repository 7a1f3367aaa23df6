// Each item of the write plan: what becomes of it, in words; by which request, for who asks.
import { Disclosure } from '../../components/Disclosure';
import type { PlanItem } from '../../generated/PlanItem';
import type { PlanOutcome } from '../../generated/PlanOutcome';
import { itemKinds, outcomes, plan as text } from '../../text/plan';
import styles from './PlanItems.module.css';

const shapes: Record<PlanOutcome, string> = { written: '→', in_note: '▲', not_written: '✕' };

export function PlanItems({ items }: { items: PlanItem[] }) {
  if (items.length === 0) return <p className={styles.words}>{text.nothing}</p>;
  const label = (id: string) => items.find((item) => item.id === id)?.label ?? id;
  return (
    <ol>
      {items.map((item) => (
        <li
          key={item.id}
          className={styles.item}
          data-testid={`plan-item-${item.id}`}
          data-kind={item.kind}
          data-outcome={item.outcome}
        >
          <div className={styles.line}>
            <span className={styles.kind}>{itemKinds[item.kind]}</span>
            <span className={styles.label}>{item.label}</span>
            <span className={styles[item.outcome]}>
              <span aria-hidden>{shapes[item.outcome]}</span> {outcomes[item.outcome]}
            </span>
          </div>
          <p className={styles.words}>{item.words}</p>
          <p className={styles.when}>{when(item, label)}</p>
          {(item.request ?? item.resource ?? item.format) !== null && (
            <div className={styles.details}>
              <Disclosure
                label={text.details}
                name={text.detailsOf(item.label)}
                testId={`plan-details-${item.id}`}
              >
                <p className={styles.request}>
                  {item.request !== null && <code>{item.request}</code>}
                  <span>
                    {[item.resource, item.format].filter((part) => part !== null).join(' · ')}
                  </span>
                </p>
              </Disclosure>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

function when({ moment, depends_on }: PlanItem, label: (id: string) => string): string {
  if (depends_on.length === 0) return moment;
  return `${moment} · ${text.after(depends_on.map(label).join(', '))}`;
}
