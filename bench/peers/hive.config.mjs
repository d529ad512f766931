// Hive Gateway: deduplication of in-flight subgraph requests is on by default and a switch here.
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  supergraph: process.env.BENCH_SUPERGRAPH,
  port: Number(process.env.BENCH_PORT),
  host: '127.0.0.1',
  fork: 1,
  landingPage: false,
  graphiql: false,
  logging: false,
  transportEntries: {
    '*.http': {
      options: { deduplicateInflightRequests: process.env.BENCH_DEDUPE === '1' },
    },
  },
});
