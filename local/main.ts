/**
 * Runs any synthesized CDK app on this machine: `npm run -s local -- --assembly cdk.out --port 8787`.
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CloudLogLine, type CloudOptions, startCloud } from './cloud.ts';
import { planOf } from './faults/index.ts';

// Functions run in UTC, as on AWS; their threads share the process's zone.
process.env.TZ = 'UTC';

const help = `Usage: npm run -s local -- --assembly DIR [options]

Runs a synthesized CDK app (cdk.out) on this machine, without AWS and without Docker.

  --assembly DIR      folder that "cdk synth" wrote; default cdk.out
  --port N            one port for everything, 0 for a free one; default 8787, or PORT
  --host ADDRESS      address to listen on; default the loopback addresses
  --data DIR          keep tables and queues in this folder; default: nothing is kept
  --memory            keep nothing
  --reset             forget what --data holds, then start
  --parameter K=V     value of a template parameter; repeatable; {origin} in V becomes the address of the local cloud
  --time-scale N      divide idle timeouts, retry waits and schedule periods by N; default 1
  --faults FILE|JSON  faults to inject, e.g. '{"post.lost":{"rate":0.1}}'; see docs/faults.md. While it runs,
                      PUT, GET and DELETE /_local/faults change, show and end them
  --verbose           also print the START and REPORT lines of functions
  --help              this text`;

/** The command line is wrong, in one line. */
class UsageError extends Error {
  override name = 'UsageError';
}

function numberOf(name: string, text: string, fits: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !fits(value)) throw new UsageError(`--${name} ${text} is not a valid number`);
  return value;
}

function parameterOf(text: string): [string, string] {
  const mark = text.indexOf('=');
  if (mark < 1) throw new UsageError(`--parameter ${text} is not of the form K=V`);
  return [text.slice(0, mark), text.slice(mark + 1)];
}

/** Functions' own lines, and of the platform's lines those that report a failure. */
function printer(verbose: boolean): (line: CloudLogLine) => void {
  return ({ source, line, platform }) => {
    if (!platform || verbose || /\b(error|failed|timed out)\b/i.test(line))
      console.log(`[${source}] ${line}`);
  };
}

function readOptions(args: string[]): (CloudOptions & { reset: boolean }) | undefined {
  const { values } = parseArgs({
    args,
    options: {
      assembly: { type: 'string', default: 'cdk.out' },
      port: { type: 'string', default: process.env.PORT ?? '8787' },
      host: { type: 'string' },
      data: { type: 'string' },
      memory: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      parameter: { type: 'string', multiple: true, default: [] },
      'time-scale': { type: 'string', default: '1' },
      faults: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    assembly: resolve(values.assembly),
    port: numberOf('port', values.port, (port) => Number.isInteger(port) && port >= 0 && port <= 65_535),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.data === undefined ? {} : { data: resolve(values.data) }),
    memory: values.memory,
    reset: values.reset,
    parameters: Object.fromEntries(values.parameter.map(parameterOf)),
    timeScale: numberOf('time-scale', values['time-scale'], (scale) => scale > 0 && Number.isFinite(scale)),
    ...(values.faults === undefined ? {} : { faults: planOf(values.faults) }),
    log: printer(values.verbose),
  };
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (!options) {
    console.log(help);
    return;
  }
  if (options.reset && options.data !== undefined && !options.memory) {
    rmSync(resolve(options.data, 'dynamodb'), { recursive: true, force: true });
  }
  const cloud = await startCloud(options);
  const stop = (): void => {
    cloud.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  for (const [key, value] of Object.entries(cloud.outputs)) console.log(`${key} = ${value}`);
  console.log(`Ready at ${cloud.origin}`);
}

/** Errors that only a mistake in this program raises; of those the stack is of use, of all others the message is. */
function isBug(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const usage = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return !usage && [TypeError, ReferenceError, RangeError, SyntaxError].some((type) => error instanceof type);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error && !isBug(error) ? `Error: ${error.message.split('\n')[0]}` : error);
  process.exit(1);
});
