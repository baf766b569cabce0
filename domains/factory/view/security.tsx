/** What happens at doors and gates: open events first, the gravest on top, each acknowledged once. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../../../web/kit/announce.ts';
import { CommandError, useCommand } from '../../../web/kit/command.tsx';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore, LiveItem } from '../../../web/kit/live.ts';
import { Age, Panel, Status } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { oversees } from '../access.ts';
import type { Security } from '../entities.ts';
import { kindIcons, severityTones } from './looks.ts';
import { t } from './texts.ts';

type Event = LiveItem<Security>;

const gravity: Record<Security['severity'], number> = { critical: 0, warning: 1, info: 2 };

/** Open events by gravity and then the newest first; acknowledged ones by when they were. */
export function sortEvents(events: readonly Event[]): { open: Event[]; done: Event[] } {
  const open = events.filter(({ data }) => data.acknowledgedAt === undefined);
  const done = events.filter(({ data }) => data.acknowledgedAt !== undefined);
  return {
    open: open.sort((a, b) => gravity[a.data.severity] - gravity[b.data.severity] || b.data.at - a.data.at),
    done: done.sort((a, b) => (b.data.acknowledgedAt ?? 0) - (a.data.acknowledgedAt ?? 0)),
  };
}

/** Most acknowledged events that are shown below the open ones. */
const mostDone = 20;

export function SecurityPanel({ store, site }: { store: GroupStore; site: string }) {
  const { me } = usePlatform();
  const asked = useSignal<string | undefined>(undefined);
  const events = store.list<Security>('security');
  const { open, done } = sortEvents(events);
  const mayAnswer = oversees(me.value, site);
  const newest = open.reduce((top, { data }) => Math.max(top, data.at), 0);
  const heard = useRef(newest);
  useEffect(() => {
    const event = open.find(({ data }) => data.at === newest);
    if (newest > heard.current && event !== undefined) announce(titleOf(event.data));
    heard.current = Math.max(heard.current, newest);
  }, [newest]);
  // Of all: when somebody else is faster, the panel stays and says so.
  const answered = events.find(({ key }) => key === asked.value);
  return (
    <section class="card security" aria-labelledby="security-title">
      <header class="card-head">
        <h2 id="security-title">{t('security.title')}</h2>
        {open.length > 0 && <span class="badge">{t('security.open', { count: open.length })}</span>}
      </header>
      {open.length === 0 && (
        <p class="quiet">
          <Icon draw={icons.done} /> {t(done.length === 0 ? 'security.none' : 'security.quiet')}
        </p>
      )}
      <ul class="rows">
        {open.map(({ key, data }) => (
          <li key={key} class={`row event tone-${severityTones[data.severity]}`}>
            <EventWords event={data} />
            {mayAnswer && (
              <button
                type="button"
                class="button"
                aria-haspopup="dialog"
                aria-label={`${t('security.ack')}: ${titleOf(data)}`}
                onClick={() => {
                  asked.value = key;
                }}
              >
                {t('security.ack')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {done.length > 0 && (
        <>
          <h3>{t('security.earlier')}</h3>
          <ul class="rows earlier">
            {done.slice(0, mostDone).map(({ key, data }) => (
              <li key={key} class="row event">
                <EventWords event={data} />
              </li>
            ))}
          </ul>
        </>
      )}
      {answered !== undefined && (
        <AcknowledgePanel
          event={answered}
          site={site}
          onClose={() => {
            asked.value = undefined;
          }}
        />
      )}
    </section>
  );
}

const titleOf = (event: Security) => `${t(`kind.${event.kind}`)}: ${event.place}`;

function EventWords({ event }: { event: Security }) {
  const { kind, severity, place, person, note, answer, at, acknowledgedBy } = event;
  return (
    <span class="row-main">
      <Status
        icon={kindIcons[kind]}
        word={`${t(`kind.${kind}`)} · ${t(`severity.${severity}`)}`}
        tone={severityTones[severity]}
      />
      <span class="row-title">
        {place}
        {person !== undefined && ` · ${person}`}
      </span>
      {note !== undefined && <span>{note}</span>}
      <span class="small quiet">
        <Age at={at} />
        {acknowledgedBy !== undefined && ` · ${t('security.ack.by', { name: acknowledgedBy })}`}
      </span>
      {answer !== undefined && <span class="quote">{answer}</span>}
    </span>
  );
}

/** What `current` of a conflict says of the event now. */
function describeEvent(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Security> } | null)?.data;
  return data?.acknowledgedBy === undefined
    ? undefined
    : t('now.is', { status: t('security.ack.by', { name: data.acknowledgedBy }) });
}

function AcknowledgePanel({ event, site, onClose }: { event: Event; site: string; onClose: () => void }) {
  const command = useCommand('factory', 'acknowledge-security');
  const submit = async (submission: SubmitEvent) => {
    submission.preventDefault();
    const form = new FormData(submission.currentTarget as HTMLFormElement);
    const answer = String(form.get('answer') ?? '').trim();
    const input = { site, event: event.key, rev: event.rev, ...(answer === '' ? {} : { answer }) };
    if (await command.run(input)) onClose();
  };
  return (
    <Panel title={t('security.ack')} onClose={onClose}>
      <EventWords event={event.data} />
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>{t('security.answer')}</span>
          <input name="answer" maxLength={200} />
        </label>
        <button type="submit" class="button primary" aria-busy={command.busy.value}>
          {t('security.ack')}
        </button>
        <CommandError command={command} describe={describeEvent} />
      </form>
    </Panel>
  );
}
