// Answers composition requests, one JSON object of subgraph name to SDL per line:
// {"codes": [...]} where composition fails, {"codes": [], "supergraph": SDL, "hints": [...]} else.
const { composeServices } = require('@apollo/composition');
const { GraphQLError, parse } = require('graphql');
const { createInterface } = require('node:readline');

const codeOf = (error) => error.extensions?.code ?? (error instanceof GraphQLError ? 'INVALID_GRAPHQL' : 'CRASH');

function answer(subgraphs) {
  try {
    const services = Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(sdl),
    }));
    const result = composeServices(services);
    if (result.errors) return { codes: result.errors.map(codeOf) };
    const hints = (result.hints ?? []).map((hint) => hint.definition.code);
    return { codes: [], supergraph: result.supergraphSdl, hints };
  } catch (error) {
    return { codes: [codeOf(error)] };
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
});
