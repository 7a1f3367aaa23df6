// The way to a signature: save what is typed, show the plan, sign exactly the plan that was seen.
import { useRef, useState } from 'react';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { CommandError } from '../../generated/CommandError';
import type { SignResult } from '../../generated/SignResult';
import { sign as text } from '../../text/plan';

export interface Signing {
  planOpen: boolean;
  busy: boolean;
  /** From the press of a sign button until the answer: nothing may be typed between. */
  locked: boolean;
  error: CommandError | undefined;
  /** Plain words where no command failed, such as unsaved text. */
  words: string | undefined;
  /** The plan changed between being seen and being signed. */
  changed: boolean;
  openPlan: () => void;
  closePlan: () => void;
  /** The plan with this hash is on screen, and nothing blocks it. */
  saw: (planHash: string) => void;
  /** The sign button of the window: the plan is shown first, unless exactly it was seen. */
  begin: () => void;
  /** The sign button of the plan. */
  commit: (planHash: string) => void;
}

export function useSigning(visit: string, onSigned: (result: SignResult) => void): Signing {
  const client = useClient();
  const seen = useRef<string>(undefined);
  const running = useRef(false);
  const [planOpen, setPlanOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [locked, setLocked] = useState(false);
  const [error, setError] = useState<CommandError>();
  const [words, setWords] = useState<string>();
  const [changed, setChanged] = useState(false);

  const reset = () => {
    setError(undefined);
    setWords(undefined);
    setChanged(false);
  };

  /** One at a time, whatever is pressed; everything typed is saved first. */
  const guarded = async (act: () => Promise<void>, signs: boolean) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    const notes = client.notesOf(visit);
    notes.locked = signs;
    setLocked(signs);
    reset();
    try {
      const saved = await Promise.all([notes.flush(), client.factsOf(visit).flush()]);
      if (saved.every(Boolean)) await act();
      else setWords(text.notSavedYet);
    } catch (thrown) {
      setError(toCommandError(thrown));
    } finally {
      running.current = false;
      notes.locked = false;
      setLocked(false);
      setBusy(false);
    }
  };

  const send = async (planHash: string) => {
    let result: SignResult;
    try {
      result = await client.host.call('sign', { visit, plan_hash: planHash });
    } catch (thrown) {
      const failed = toCommandError(thrown);
      if (failed.code !== 'plan_changed') throw failed;
      seen.current = undefined;
      setChanged(true);
      setPlanOpen(true);
      return;
    }
    setPlanOpen(false);
    onSigned(result);
  };

  return {
    planOpen,
    busy,
    locked,
    error,
    words,
    changed,
    openPlan: () => void guarded(() => Promise.resolve(setPlanOpen(true)), false),
    closePlan: () => {
      reset();
      setPlanOpen(false);
    },
    saw: (planHash) => {
      seen.current = planHash;
    },
    begin: () =>
      void guarded(async () => {
        const plan = await client.host.call('plan_get', { visit });
        const known = plan.blockers.length === 0 && plan.plan_hash === seen.current;
        if (known) await send(plan.plan_hash);
        else setPlanOpen(true);
      }, true),
    commit: (planHash) => void guarded(() => send(planHash), true),
  };
}
