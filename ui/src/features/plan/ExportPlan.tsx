// The write plan as a file for IT: JSON for programs, PDF for people.
import { Button } from '../../components/Button';
import { facts as text } from '../../text/plan';
import { useVisit } from '../visits/visit-context';
import { useExportPlan } from './export-plan';
import styles from './PlanItems.module.css';

export function ExportPlan() {
  const { visit } = useVisit();
  const save = useExportPlan(visit);
  return (
    <p className={styles.export}>
      <span className={styles.quiet}>{text.export}</span>
      {(['pdf', 'json'] as const).map((form) => (
        <Button
          small
          kind="quiet"
          key={form}
          aria-label={text.exportAs(form)}
          onPress={() => save(form)}
          data-testid={`plan-export-${form}`}
        >
          {form.toUpperCase()}
        </Button>
      ))}
    </p>
  );
}
