// Words of what changed since the last visit.
export const brief = {
  title: (words: string, date: string) => `Since ${words}, ${date}`,
  titleUnknown: 'Since the last visit',
  region: 'Since the last visit',
  loading: 'Looking for what changed…',
  loadFailed: 'What changed could not be looked up',
  nothing: 'Nothing changed in what these rules look at.',
  missing: (title: string, why: string) => `${title} is not looked at: ${why}`,
  notMine: 'No visit with you is on record; this counts from the one above.',
  show: (text: string) => `Show in the chart: ${text}`,
  gone: 'This entry is not in the chart as it is shown now.',
  count: (n: number) => (n === 1 ? '1 change' : `${n} changes`),
  hide: 'Hide what changed',
};
