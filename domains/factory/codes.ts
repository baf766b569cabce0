/**
 * The coded words of the factory, as plain lists: rules make schemas of them, screens choices, and neither needs the other's
 * libraries.
 */

export const machineStatuses = ['running', 'idle', 'down', 'maintenance', 'offline'] as const;

/** Why a machine stands, as people say it. */
export const givenReasons = [
  'thread_break',
  'mechanical',
  'electrical',
  'no_material',
  'quality',
  'changeover',
  'maintenance',
  'no_order',
  'signal_lost',
  'other',
] as const;

/** What the clock says of a machine that stands, until somebody knows better: the downtime is unqualified. */
export const clockReasons = ['no_pulses', 'no_contact'] as const;

export const downReasons = [...clockReasons, ...givenReasons] as const;

/**
 * What a downtime costs: `planned` is no time to produce, `unplanned` is availability that is lost, `none` was no downtime:
 * the machine ran, and only its signal was lost.
 */
export const lossOf: Record<(typeof downReasons)[number], 'planned' | 'unplanned' | 'none'> = {
  no_pulses: 'unplanned',
  no_contact: 'unplanned',
  thread_break: 'unplanned',
  mechanical: 'unplanned',
  electrical: 'unplanned',
  no_material: 'unplanned',
  quality: 'unplanned',
  changeover: 'planned',
  maintenance: 'planned',
  no_order: 'planned',
  signal_lost: 'none',
  other: 'unplanned',
};

/** Why pieces were thrown away. */
export const scrapReasons = ['weave_fault', 'wrong_size', 'stain', 'start_up', 'other'] as const;

/** What somebody at a machine calls for. */
export const andonKinds = ['material', 'quality', 'mechanic', 'help'] as const;
export const andonStates = ['called', 'acknowledged', 'resolved', 'cancelled'] as const;

export const employeeRoles = ['operator', 'shift-lead', 'mechanic', 'quality'] as const;
export const securityKinds = ['door', 'access_denied', 'alarm'] as const;
export const severities = ['info', 'warning', 'critical'] as const;
