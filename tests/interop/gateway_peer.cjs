// Composes and executes with the field's own tools, one JSON message per line on each side.
//
// in:  {"do": "compose", "with": "apollo" | "theguild", "subgraphs": [{"name", "sdl"}]}
// out: {"supergraph": SDL} or {"errors": [text]}
// in:  {"do": "execute", "supergraph": SDL, "query", "variables"}
// out: any number of {"ask": {"subgraph", "query", "variables"}}, each answered by the line
//      that the subgraph answers, then {"data", "errors"}
const { composeServices: composeApollo } = require('@apollo/composition');
const { ApolloGateway } = require('@apollo/gateway');
const { composeServices: composeTheGuild } = require('@theguild/federation-composition');
const { createHash } = require('node:crypto');
const { createInterface } = require('node:readline');
const { parse } = require('graphql');

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const waiting = [];
let gateway = { sdl: '', executor: null };

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

function ask(subgraph, { query, variables }) {
  say({ ask: { subgraph, query, variables: variables ?? {} } });
  return new Promise((resolve) => waiting.push(resolve));
}

function compose({ with: tool, subgraphs }) {
  const services = subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) }));
  const result = (tool === 'apollo' ? composeApollo : composeTheGuild)(services);
  if (result.errors?.length) return { errors: result.errors.map((error) => error.message) };
  return { supergraph: result.supergraphSdl };
}

async function load(sdl) {
  if (gateway.sdl === sdl) return gateway.executor;
  const loaded = new ApolloGateway({
    supergraphSdl: sdl,
    logger: silent,
    buildService: ({ name }) => ({ process: ({ request }) => ask(name, request) }),
  });
  const { executor } = await loaded.load();
  gateway = { sdl, executor };
  return executor;
}

async function execute({ supergraph, query, variables }) {
  const executor = await load(supergraph);
  const result = await executor({
    request: { query, variables },
    document: parse(query),
    operationName: null,
    queryHash: createHash('sha256').update(query).digest('hex'),
    schema: null,
    context: {},
    logger: silent,
    metrics: {},
    cache: null,
  });
  return { data: result.data ?? null, errors: (result.errors ?? []).map(({ message, path }) => ({ message, path })) };
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const message = JSON.parse(line);
  if (message.do === undefined) return waiting.shift()(message);
  try {
    say(message.do === 'compose' ? compose(message) : await execute(message));
  } catch (error) {
    say({ data: null, errors: [{ message: String(error.message ?? error) }] });
  }
});
