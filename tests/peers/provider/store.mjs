// What oidc-provider remembers, in one file, so that it survives a restart (its own in-memory
// adapter does not). The shape is the one that its documentation asks of an adapter.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export function store(file) {
  const kept = read(file);
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify(kept));
    renameSync(`${file}.new`, file);
  };

  return class Adapter {
    /** The values of the tokens of this model that are still good. */
    static values(model) {
      const now = Math.floor(Date.now() / 1000);
      const rows = Object.entries(kept[model] ?? {});
      return rows
        .filter(([, { payload }]) => payload.exp > now && !payload.consumed)
        .map(([id]) => id);
    }

    constructor(model) {
      this.rows = kept[model] ??= {};
    }

    async upsert(id, payload, seconds) {
      const ends = seconds ? Date.now() + seconds * 1000 : undefined;
      this.rows[id] = { payload, ends };
      save();
    }

    async find(id) {
      const row = this.rows[id];
      return row && !(row.ends <= Date.now()) ? { ...row.payload } : undefined;
    }

    async findByUid(uid) {
      return this.#findBy('uid', uid);
    }

    async findByUserCode(code) {
      return this.#findBy('userCode', code);
    }

    async consume(id) {
      this.rows[id].payload.consumed = Math.floor(Date.now() / 1000);
      save();
    }

    async destroy(id) {
      delete this.rows[id];
      save();
    }

    async revokeByGrantId(grant) {
      for (const [id, row] of Object.entries(this.rows)) {
        if (row.payload.grantId === grant) delete this.rows[id];
      }
      save();
    }

    async #findBy(name, value) {
      const found = Object.entries(this.rows).find(([, row]) => row.payload[name] === value);
      return found && this.find(found[0]);
    }
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
