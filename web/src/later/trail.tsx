/** The page of an audit trail, the same for every domain. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { AuditTrail } from '../../kit/audit.tsx';
import type { TrailWords } from '../../kit/audit-words.ts';
import type { DomainView } from '../../kit/platform.ts';
import { t } from '../texts.ts';

/** What domains call their fields; without, names stand as they are stored. */
const words: Record<string, () => Promise<{ words: TrailWords }>> = {
  factory: () => import('../../../domains/factory/view/trail-words.ts'),
  stations: () => import('../../../domains/stations/view/trail-words.ts'),
  kitchen: () => import('../../../domains/kitchen/view/trail-words.ts'),
  records: () => import('../../../domains/records/view/trail-words.ts'),
};

function TrailPage({ group, params: { scope } }: { group: string; params: Record<string, string> }) {
  const domain = group.split('/')[0] ?? '';
  const said = useSignal<TrailWords | undefined>(undefined);
  useEffect(() => {
    // What cannot be loaded stays as it is stored.
    words[domain]?.().then(
      (loaded) => {
        said.value = loaded.words;
      },
      (error) => console.warn(error),
    );
  }, [domain]);
  return (
    <>
      <div class="page-head">
        <h1>
          {t('audit')}
          {scope !== undefined && ` · ${scope}`}
        </h1>
      </div>
      <AuditTrail group={group} words={said.value} />
    </>
  );
}

export const view: DomainView = {
  pages: [
    { pattern: 'audit', page: TrailPage },
    { pattern: 'audit/:scope', page: TrailPage },
  ],
};
