// The write plan as it was signed, each item beside what became of it; and the plan as a file for IT.
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import type { Became } from '../../generated/Became';
import { itemKinds, planned, facts as text } from '../../text/plan';
import { useVisit } from '../visits/visit-context';
import { ExportPlan } from './ExportPlan';
import styles from './PlanItems.module.css';

const shapes: Record<Became, string> = { as_planned: '✓', under_way: '◐', otherwise: '▲' };

export function PlanFacts() {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('plan_facts', { visit }, ['delivery', 'note']);
  if (error) return <Problem error={error} title={text.failed} onRetry={refetch} />;
  if (!data) return <p role="status">{text.loading}</p>;
  return (
    <div data-testid="plan-facts">
      <ol>
        {data.rows.map(({ planned: item, became, words }) => (
          <li
            key={item.id}
            className={styles.item}
            data-testid={`plan-fact-${item.kind}`}
            data-became={became}
          >
            <div className={styles.line}>
              <span className={styles.kind}>{itemKinds[item.kind]}</span>
              <span className={styles.label}>{item.label}</span>
              <span className={became === 'otherwise' ? styles.in_note : styles.written}>
                <span aria-hidden>{shapes[became]}</span> {text.became[became]}
              </span>
            </div>
            <p className={styles.when}>
              {text.planned}: {planned[item.outcome]}
              {item.request !== null && (
                <>
                  , <code>{item.request}</code>
                </>
              )}
            </p>
            <p className={styles.words}>{words}</p>
          </li>
        ))}
      </ol>
      <ExportPlan />
    </div>
  );
}
