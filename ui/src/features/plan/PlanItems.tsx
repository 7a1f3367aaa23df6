// Each item of the write plan: what becomes of it, in words, and by which request.
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
          <p className={styles.request}>
            {item.request !== null && <code>{item.request}</code>}
            <span>
              {[
                item.resource,
                item.format,
                item.moment,
                item.depends_on.length > 0
                  ? text.after(item.depends_on.map(label).join(', '))
                  : null,
              ]
                .filter((part) => part !== null)
                .join(' · ')}
            </span>
          </p>
        </li>
      ))}
    </ol>
  );
}
