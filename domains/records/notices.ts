/** What the records store tells people, and whom. Nobody is told of their own doing, nor of another unit's records. */
import type { NoticeDef, Notify, RuleContext } from '../../core/domain.ts';
import { notifierOf } from '../../core/notices.ts';
import { signature } from '../../core/rules.ts';
import type { Job, Request, Store, Team } from './entities.ts';
import { labelOf, storeOf, unitOf } from './partitions.ts';

export const notices = {
  'waits-for-you': {
    severity: 'info',
    text: {
      en: '{request} of {by} waits for your decision',
      ru: '{request} ждёт вашего решения, автор: {by}',
    },
  },
  'sent-back': {
    severity: 'warning',
    text: {
      en: '{request} was sent back to you by {by}',
      ru: '{request}: возвращена вам на доработку, {by}',
    },
  },
  question: {
    severity: 'warning',
    text: { en: '{request}: {by} waits for your answer', ru: '{request}: {by} ждёт вашего ответа' },
  },
  approved: {
    severity: 'info',
    text: { en: '{request} was approved by {by}', ru: '{request}: согласована, {by}' },
  },
  rejected: {
    severity: 'warning',
    text: { en: '{request} was rejected by {by}', ru: '{request}: отклонена, {by}' },
  },
  reopened: {
    severity: 'info',
    text: { en: '{request} was reopened by {by}', ru: '{request}: открыта снова, {by}' },
  },
  cancelled: {
    severity: 'info',
    text: { en: '{request} was cancelled by {by}', ru: '{request}: отозвана, {by}' },
  },
  stored: {
    severity: 'info',
    text: { en: '{request}: the crates are in the store', ru: '{request}: короба приняты на хранение' },
  },
  issued: {
    severity: 'info',
    text: { en: '{request}: the crates are on their way to you', ru: '{request}: короба выданы' },
  },
  returned: {
    severity: 'info',
    text: {
      en: '{request}: the crates are back in the store',
      ru: '{request}: короба возвращены в хранилище',
    },
  },
  destroyed: {
    severity: 'info',
    text: { en: '{request}: the crates were destroyed', ru: '{request}: короба уничтожены' },
  },
  overdue: {
    severity: 'warning',
    text: { en: '{request} is overdue', ru: '{request}: срок прошёл' },
  },
  'job-overdue': {
    severity: 'warning',
    text: { en: '{unit}: {request} is overdue at your desk', ru: '{unit}: {request}, срок прошёл' },
  },
} as const satisfies Record<string, NoticeDef>;

const notify = notifierOf(notices);

type NoticeName = keyof typeof notices;
type RequestItem = { key: string; data: Request };
type TeamItem = { key: string; data: Team };

/** Nobody to tell is nothing to write. */
const some = (notice: Notify): Notify[] => (notice.to.length === 0 ? [] : [notice]);

const doerless = (subs: readonly string[], doer?: string) => [...new Set(subs.filter((sub) => sub !== doer))];

const heads = ({ data }: TeamItem) => data.people.filter(({ role }) => role === 'head').map(({ sub }) => sub);

const about = ({ key, data }: RequestItem, by = '') => ({
  values: { request: labelOf(key), by },
  group: unitOf(data.unit),
});

/** To the unit's heads, for whom the request waits; but for its requester, who may not decide on it. */
export const waitsNotice = (request: RequestItem, team: TeamItem): Notify[] =>
  some(
    notify('waits-for-you', {
      to: doerless(heads(team), request.data.requester.sub),
      ...about(request, request.data.requester.name),
    }),
  );

/** To who submitted the request. */
export const requesterNotice = (
  name: NoticeName,
  request: RequestItem,
  { principal }: RuleContext,
): Notify[] =>
  some(
    notify(name, {
      to: doerless([request.data.requester.sub], principal.sub),
      ...about(request, signature(principal)),
    }),
  );

/** To the requester and the unit's heads. */
export const overdueNotice = (request: RequestItem, team: TeamItem | undefined): Notify[] =>
  some(
    notify('overdue', {
      to: doerless([request.data.requester.sub, ...(team === undefined ? [] : heads(team))]),
      ...about(request),
    }),
  );

/** To the store's keepers. */
export const jobOverdueNotice = (job: Job, store: { key: string; data: Store }): Notify[] =>
  some(
    notify('job-overdue', {
      to: store.data.people.map(({ sub }) => sub),
      values: {
        request: labelOf(job.request),
        unit: store.data.units.find(({ unit }) => unit === job.unit)?.title ?? job.unit,
      },
      group: storeOf(store.key),
    }),
  );
