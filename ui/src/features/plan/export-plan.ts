// The write plan as a file for IT.
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { PlanForm } from '../../generated/PlanForm';

export function useExportPlan(visit: string): (form: PlanForm) => void {
  const { host } = useClient();
  const say = useToast();
  const save = async (form: PlanForm) => {
    const { words } = await host.call('plan_export', { visit, form });
    // Given up in the dialog: nothing happened, so nothing is said.
    if (words === null) return;
    await host.download?.();
    say(words);
  };
  return (form) => {
    save(form).catch((thrown: unknown) => say(toCommandError(thrown).message));
  };
}
