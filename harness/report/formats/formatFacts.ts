/**
 * What each format demands, as schemas of our own, for the tests: only what is written here, as the sources that are named say it.
 */

const text = { type: 'string', minLength: 1 } as const;
const count = { type: 'integer', minimum: 0 } as const;
const closed = (
  properties: Readonly<Record<string, object>>,
  required: readonly string[],
): object => ({
  ...{ type: 'object', additionalProperties: false, properties, required },
});
const listOf = (items: object): object => ({ type: 'array', items });

/** ctrf-io/ctrf, schema/ctrf.schema.json. It allows no other properties, but in `extra`. */
export const CTRF = closed(
  {
    reportFormat: { const: 'CTRF' },
    specVersion: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' },
    reportId: { type: 'string', format: 'uuid' },
    timestamp: { type: 'string', format: 'date-time' },
    generatedBy: text,
    results: closed(
      {
        tool: closed({ name: text, version: text }, ['name']),
        summary: closed(
          Object.fromEntries(
            [
              'tests',
              'passed',
              'failed',
              'skipped',
              'pending',
              'other',
              'suites',
              'start',
              'stop',
            ].map((name) => [name, count]),
          ),
          ['tests', 'passed', 'failed', 'skipped', 'pending', 'other', 'start', 'stop'],
        ),
        tests: listOf(
          closed(
            {
              name: text,
              status: { enum: ['passed', 'failed', 'skipped', 'pending', 'other'] },
              rawStatus: text,
              duration: count,
              suite: { type: 'array', minItems: 1, items: { type: 'string' } },
              tags: listOf({ type: 'string' }),
              message: { type: 'string' },
              trace: { type: 'string' },
            },
            ['name', 'status', 'duration'],
          ),
        ),
        environment: closed(
          {
            ...{ appName: text, appVersion: text, osPlatform: text, commit: text },
            extra: { type: 'object' },
          },
          [],
        ),
      },
      ['tool', 'summary', 'tests'],
    ),
  },
  ['reportFormat', 'specVersion', 'results'],
);

const message = closed({ text }, ['text']);
const level = { enum: ['none', 'note', 'warning', 'error'] };

/** OASIS SARIF 2.1.0, sections 3.13 to 3.52, and what GitHub asks beyond it ("SARIF support for code scanning": rules, one location, fingerprints). */
export const SARIF = closed(
  {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: listOf(
      closed(
        {
          tool: closed(
            {
              driver: closed(
                {
                  name: text,
                  semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                  rules: listOf(
                    closed(
                      {
                        ...{ id: text, name: text, shortDescription: message },
                        ...{ fullDescription: message, help: message },
                        defaultConfiguration: closed({ level }, []),
                        properties: closed({ tags: { ...listOf(text), uniqueItems: true } }, []),
                      },
                      ['id', 'shortDescription', 'fullDescription', 'help'],
                    ),
                  ),
                },
                ['name', 'rules'],
              ),
            },
            ['driver'],
          ),
          automationDetails: closed({ id: text }, []),
          results: listOf(
            closed(
              {
                ...{ ruleId: text, ruleIndex: count, level, message },
                locations: {
                  type: 'array',
                  minItems: 1,
                  items: closed(
                    {
                      physicalLocation: closed(
                        {
                          artifactLocation: closed(
                            { uri: { type: 'string', format: 'uri-reference' } },
                            ['uri'],
                          ),
                          region: closed({ startLine: { type: 'integer', minimum: 1 } }, [
                            'startLine',
                          ]),
                        },
                        ['artifactLocation'],
                      ),
                    },
                    ['physicalLocation'],
                  ),
                },
                partialFingerprints: { type: 'object', additionalProperties: text },
                suppressions: listOf(
                  closed(
                    {
                      kind: { enum: ['inSource', 'external'] },
                      status: { enum: ['accepted', 'underReview', 'rejected'] },
                      justification: text,
                    },
                    ['kind'],
                  ),
                ),
              },
              ['ruleId', 'message', 'locations', 'partialFingerprints'],
            ),
          ),
        },
        ['tool', 'results'],
      ),
    ),
  },
  ['version', 'runs'],
);

/** benchmark-action/github-action-benchmark, README, "customBiggerIsBetter and customSmallerIsBetter". */
export const BENCHMARK_ACTION = listOf(
  closed({ name: text, unit: text, value: { type: 'number' }, range: text, extra: text }, [
    'name',
    'unit',
    'value',
  ]),
);

/** bencher.dev/bmf.json, and the page beside it: at most 1024 characters for a benchmark, 64 for a measure. */
export const BENCHER = {
  type: 'object',
  propertyNames: { minLength: 1, maxLength: 1024 },
  additionalProperties: {
    type: 'object',
    propertyNames: { minLength: 1, maxLength: 64 },
    additionalProperties: closed(
      Object.fromEntries(
        ['value', 'lower_value', 'upper_value'].map((name) => [name, { type: 'number' }]),
      ),
      ['value'],
    ),
  },
};

/** shields.io/badges/endpoint-badge; the colours are those that it knows by name. */
export const SHIELDS = closed(
  {
    schemaVersion: { const: 1 },
    label: { type: 'string' },
    message: text,
    color: {
      enum: ['brightgreen', 'green', 'yellowgreen', 'yellow', 'orange', 'red', 'blue', 'lightgrey'],
    },
  },
  ['schemaVersion', 'label', 'message'],
);

/** OpenMetrics 1.0, section "ABNF": a line is metadata of a family, or a sample; the exposition ends with `# EOF`. */
export const OPEN_METRICS = {
  metadata: /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/,
  sample:
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\} [+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/,
} as const;
