/** Who is on the floor, and for how long; coming and going is clocked here. */
import { now } from '../../../web/kit/clock.ts';
import { CommandButton } from '../../../web/kit/command.tsx';
import { formatClock } from '../../../web/kit/duration.ts';
import { formatTime } from '../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import { usePlatform } from '../../../web/kit/platform.ts';
import { worksAt } from '../access.ts';
import type { Employee } from '../entities.ts';
import { workedAt } from '../worktime.ts';
import { t } from './texts.ts';

export function PeoplePanel({ store, line }: { store: GroupStore; line: string }) {
  const { me } = usePlatform();
  const people = store.list<Employee>('employee');
  const present = people.filter(({ data }) => data.onFloor);
  const away = people.filter(({ data }) => !data.onFloor);
  const mayClock = worksAt(me.value, line);
  return (
    <section class="card people" aria-labelledby="people-title">
      <header class="card-head">
        <h2 id="people-title">{t('people.title')}</h2>
        <span class="quiet">{t('people.count', { count: present.length })}</span>
      </header>
      {people.length === 0 && <p class="quiet">{t('people.none')}</p>}
      <People title={t('people.floor')} people={present} store={store} line={line} mayClock={mayClock} />
      <People title={t('people.away')} people={away} store={store} line={line} mayClock={mayClock} />
    </section>
  );
}

function People({
  title,
  people,
  ...rest
}: {
  title: string;
  people: readonly { key: string }[];
  store: GroupStore;
  line: string;
  mayClock: boolean;
}) {
  if (people.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="rows">
        {people.map(({ key }) => (
          <Person key={key} employee={key} {...rest} />
        ))}
      </ul>
    </>
  );
}

function Person({
  store,
  line,
  employee: key,
  mayClock,
}: {
  store: GroupStore;
  line: string;
  employee: string;
  mayClock: boolean;
}) {
  const item = store.item<Employee>('employee', key).value;
  if (item === undefined) return null;
  const { name, role, onFloor, since } = item.data;
  return (
    <li class="row">
      <span class="row-main">
        <span class="row-title">{name}</span>
        <span class="small quiet">{t(`role.${role}`)}</span>
      </span>
      <span class="row-side">
        <Worked employee={item.data} />
        {since !== undefined && <span class="small quiet figure">{formatTime(since)}</span>}
      </span>
      {mayClock && (
        <CommandButton
          domain="factory"
          command={onFloor ? 'clock-out' : 'clock-in'}
          input={{ line, employee: key, rev: item.rev }}
          label={`${t(onFloor ? 'clock.out' : 'clock.in')}: ${name}`}
        >
          {t(onFloor ? 'clock.out' : 'clock.in')}
        </CommandButton>
      )}
    </li>
  );
}

/** Ticks each second for those who are here, and only this cell. */
function Worked({ employee }: { employee: Employee }) {
  const at = employee.onFloor ? now.value : 0;
  if (!employee.onFloor && employee.workedMs === 0) return null;
  return <span class="figure">{formatClock(workedAt(employee, at))}</span>;
}
