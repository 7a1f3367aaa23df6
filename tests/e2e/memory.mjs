// What processes take, counted as Linux does: pages that several share are shared out among them.
import { readFile, readdir, readlink } from 'node:fs/promises';

async function processes() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const found = /^\d+ \((.*)\) \S (\d+)/s.exec(stat);
      const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
      return found && { pid, program, parent: Number(found[2]) };
    }),
  );
  return all.filter(Boolean);
}

/** The processes that `isTop` takes, and all below them. */
export async function tree(isTop) {
  const all = await processes();
  const below = (pid) =>
    all.filter((one) => one.parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  const taken = all.filter(isTop).flatMap((one) => [one, ...below(one.pid)]);
  return [...new Map(taken.map((one) => [one.pid, one])).values()];
}

/** Their proportional set size in MB. */
export async function proportional(list) {
  const sizes = await Promise.all(
    list.map(async ({ pid }) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
    }),
  );
  return sizes.reduce((sum, kb) => sum + kb, 0) / 1024;
}
