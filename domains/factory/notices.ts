/** What the factory tells people, and whom: the leads of the line, and where it concerns the site those of the site. */
import type { NoticeDef, Notify } from '../../core/domain.ts';
import { notifierOf } from '../../core/notices.ts';
import type { Andon, Line, Site } from './entities.ts';
import { lineOf, siteOf } from './partitions.ts';

export const notices = {
  'call-material': {
    severity: 'warning',
    text: { en: '{machine} calls for material', ru: '{machine}: нужно сырьё' },
  },
  'call-quality': {
    severity: 'warning',
    text: { en: '{machine} calls for quality control', ru: '{machine}: нужен контролёр качества' },
  },
  'call-mechanic': {
    severity: 'warning',
    text: { en: '{machine} calls for a mechanic', ru: '{machine}: нужен механик' },
  },
  'call-help': {
    severity: 'warning',
    text: { en: '{machine} calls for help', ru: '{machine}: нужна помощь' },
  },
  'call-raised': {
    severity: 'critical',
    text: {
      en: '{line}, {machine}: nobody has answered a call for {minutes} min',
      ru: '{line}, {machine}: на вызов не отвечают уже {minutes} мин',
    },
  },
  'machine-down': {
    severity: 'warning',
    text: { en: '{machine} has been down for {minutes} min', ru: '{machine} стоит уже {minutes} мин' },
  },
  'shift-started': {
    severity: 'info',
    text: {
      en: '{line}: {shift} has started, led by {lead}',
      ru: '{line}: {shift} началась, начальник {lead}',
    },
  },
  'shift-ended': {
    severity: 'info',
    text: {
      en: '{line}: {shift} has ended with {produced} of {target}, OEE {oee}',
      ru: '{line}: {shift} закончена, сделано {produced} из {target}, OEE {oee}',
    },
  },
  'security-critical': {
    severity: 'critical',
    text: { en: 'Critical security event: {place}', ru: 'Критичное событие безопасности: {place}' },
  },
} as const satisfies Record<string, NoticeDef>;

const notify = notifierOf(notices);

type Named = { key: string; data: { title: string } };
type LineItem = { key: string; data: Line };
type SiteItem = { key: string; data: Site };

/** Who leads a line or a site, but for the one who did it: nobody is told of their own doing. */
const leadsOf = (place: LineItem | SiteItem | undefined, doer?: string): string[] =>
  (place?.data.leads ?? []).filter((sub) => sub !== doer);

/** Nobody to tell is nothing to write. */
const some = (notice: Notify): Notify[] => (notice.to.length === 0 ? [] : [notice]);

const linkOf = ({ key }: LineItem) => lineOf(key);

/** A call: to the line's leads. */
export const calledNotice = (line: LineItem, machine: Named, kind: Andon['kind'], doer: string): Notify[] =>
  some(
    notify(`call-${kind}`, {
      to: leadsOf(line, doer),
      values: { machine: machine.data.title },
      group: linkOf(line),
    }),
  );

/** A call that nobody answered: to the site's leads. */
export const raisedNotice = (
  line: LineItem,
  site: SiteItem | undefined,
  machine: Named,
  minutes: number,
): Notify[] =>
  some(
    notify('call-raised', {
      to: leadsOf(site),
      values: { line: line.data.title, machine: machine.data.title, minutes },
      group: linkOf(line),
    }),
  );

/** A machine that stands for long: to the line's leads. */
export const downNotice = (line: LineItem, machine: Named, minutes: number): Notify[] =>
  some(
    notify('machine-down', {
      to: leadsOf(line),
      values: { machine: machine.data.title, minutes },
      group: linkOf(line),
    }),
  );

/** A shift that began or ended: to the leads of the line and of the site. */
export const shiftNotice = (
  name: 'shift-started' | 'shift-ended',
  line: LineItem,
  site: SiteItem | undefined,
  doer: string,
  values: Record<string, string | number>,
): Notify[] =>
  some(
    notify(name, {
      to: [...new Set([...leadsOf(line, doer), ...leadsOf(site, doer)])],
      values: { line: line.data.title, ...values },
      group: linkOf(line),
    }),
  );

/** A critical security event: to the site's leads. */
export const securityNotice = (site: SiteItem, place: string, doer: string): Notify[] =>
  some(notify('security-critical', { to: leadsOf(site, doer), values: { place }, group: siteOf(site.key) }));
