// Scenes of the chart: every state a section can be in, and charts of an unusual size.
import type { ChartItem } from '../generated/ChartItem';
import type { SectionState } from '../generated/SectionState';
import { failure, type FakeHost } from './fake';
import { noBrief } from './fake-brief';
import { started, type Scenes } from './fake-scenes-visit';
import { FAKE_BLOCKS } from './fake-document-blocks';
import { FAKE_PDF, FAKE_PNG } from './fake-documents';

const forever = () => new Promise<never>(() => undefined);

const withState = (host: FakeHost, state: SectionState, keepItems: boolean) => {
  host.sections = host.sections.map((one) => ({
    ...one,
    state,
    as_of: keepItems ? one.as_of : null,
    items: keepItems ? one.items : [],
  }));
};

/** About 4,500 entries, as a chart of many years has. */
const large = (host: FakeHost) => {
  const counts: Record<string, number> = { labs: 3_000, vitals: 600, notes: 300, encounters: 400 };
  host.sections = host.sections.map((section) => {
    const wanted = counts[section.kind] ?? 40;
    const items = Array.from({ length: wanted }, (_, index): ChartItem => {
      const pattern = section.items[index % section.items.length] as ChartItem;
      const year = 2026 - Math.floor(index / 300);
      return {
        ...pattern,
        id: `${pattern.id.split('/')[0] ?? 'Observation'}/large-${index}`,
        title: index < section.items.length ? pattern.title : `${pattern.title} ${index}`,
        date: `${year}-${String((index % 12) + 1).padStart(2, '0')}-14`,
      };
    });
    return { ...section, items };
  });
};

function pictured(host: FakeHost, title: string, kind: 'image' | 'pdf', data: string): void {
  started(host);
  const media_type = kind === 'image' ? 'image/png' : 'application/pdf';
  host.instead.chart_document = ({ id }) => ({
    id,
    title,
    date: '2026-09-03',
    author: null,
    text: '',
    blocks: [],
    picture: { kind, media_type, data },
    not_shown: null,
  });
}

export const chartScenes: Scenes = {
  'chart-waiting': (host) => {
    started(host);
    host.instead.chart_get = forever;
  },
  'chart-apart': (host) => {
    started(host);
    host.app = { ...host.app, chart_apart: true };
  },
  'chart-loading': (host) => {
    started(host);
    withState(host, { state: 'loading' }, false);
  },
  'chart-reloading': (host) => {
    started(host);
    withState(host, { state: 'loading' }, true);
  },
  'chart-failed': (host) => {
    started(host);
    withState(host, { state: 'failed', why: 'The EHR did not answer in 10 seconds.' }, false);
  },
  'chart-stale': (host) => {
    started(host);
    host.app = { ...host.app, connectivity: 'offline' };
    withState(host, { state: 'failed', why: 'The EHR cannot be reached.' }, true);
    const as_of = new Date(Date.now() - 26 * 3_600_000).toISOString();
    host.sections = host.sections.map((one) => ({ ...one, as_of }));
  },
  'chart-partial': (host) => {
    started(host);
    withState(host, { state: 'partial', why: 'The EHR gave the first page only.' }, true);
    host.sections = host.sections.map((one) => ({ ...one, unreadable: 2 }));
  },
  'chart-empty': (host) => {
    started(host);
    host.sections = host.sections.map((one) => ({ ...one, items: [] }));
  },
  'chart-refused': (host) => {
    started(host);
    host.instead.chart_get = () => {
      throw failure('ehr_refused', 'The EHR does not let you see this chart.');
    };
  },
  'document-failed': (host) => {
    started(host);
    host.instead.chart_document = () => {
      throw failure('ehr_unreachable', 'The EHR did not answer in 10 seconds.', true);
    };
  },
  'document-not-shown': (host) => {
    started(host);
    host.instead.chart_document = ({ id }) => ({
      id,
      title: 'Scanned consent',
      date: '2025-03-03',
      author: null,
      text: '',
      blocks: [],
      picture: null,
      not_shown: 'This document is a scan without text. Open it in the EHR.',
    });
  },
  'document-html': (host) => {
    started(host);
    host.instead.chart_document = ({ id }) => ({
      id,
      title: 'Discharge summary',
      date: '2026-03-02',
      author: 'Mercy Hospital',
      text: '',
      blocks: FAKE_BLOCKS,
      picture: null,
      not_shown: null,
    });
  },
  'document-image': (host) => pictured(host, 'Photo of the left foot', 'image', FAKE_PNG),
  'document-pdf': (host) => pictured(host, 'Outside echocardiogram', 'pdf', FAKE_PDF),
  'document-damaged': (host) =>
    pictured(host, 'Outside echocardiogram', 'pdf', btoa('%PDF-1.4 and nothing else')),
  'brief-unknown': (host) => {
    started(host);
    host.brief = noBrief(host.visit.visit);
  },
  'brief-missing': (host) => {
    started(host);
    host.brief = {
      ...host.brief,
      groups: host.brief.groups.slice(0, 1),
      not_loaded: [{ section: 'labs', title: 'Labs', why: 'the EHR did not answer.' }],
      remarks: ['Of 2 medications it is not recorded when they ended.'],
    };
  },
  'brief-nothing': (host) => {
    started(host);
    host.brief = { ...host.brief, groups: [] };
  },
  'brief-failed': (host) => {
    started(host);
    host.instead.brief_get = () => {
      throw failure('internal', 'Something went wrong here.', true);
    };
  },
  'section-not-offered': (host) => {
    started(host);
    withState(host, { state: 'not_offered', why: 'Its search is refused to this sign-in.' }, false);
  },
  large: (host) => {
    started(host);
    large(host);
  },
  long: (host) => {
    host.sections = host.sections.map((one) =>
      one.kind === 'labs'
        ? {
            ...one,
            items: Array.from({ length: 3_000 }, (_, index) => ({
              ...(one.items[index % one.items.length] ?? one.items[0]),
              id: `Observation/long-${index}`,
            })) as typeof one.items,
          }
        : one,
    );
  },
};
