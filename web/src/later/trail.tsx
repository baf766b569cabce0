/** The page of an audit trail, the same for every domain. */
import { AuditTrail } from '../../kit/audit.tsx';
import type { DomainView } from '../../kit/platform.ts';
import { t } from '../texts.ts';

function TrailPage({ group, params: { scope } }: { group: string; params: Record<string, string> }) {
  return (
    <>
      <div class="page-head">
        <h1>
          {t('audit')}
          {scope !== undefined && ` · ${scope}`}
        </h1>
      </div>
      <AuditTrail group={group} />
    </>
  );
}

export const view: DomainView = {
  pages: [
    { pattern: 'audit', page: TrailPage },
    { pattern: 'audit/:scope', page: TrailPage },
  ],
};
