// Mercurius gateway on federation 1 subgraphs: node mercurius.mjs FIRST_SUBGRAPH_PORT PORT JIT
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const [firstPort, port, jit] = process.argv.slice(2);
const app = Fastify({ logger: false });
app.register(mercuriusGateway, {
  gateway: {
    services: ['accounts', 'products', 'inventory', 'reviews'].map((name, index) => ({
      name,
      url: `http://127.0.0.1:${Number(firstPort) + index}/graphql`,
      keepAlive: 60_000,
      connections: 128,
    })),
  },
  jit: Number(jit),
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
console.log('ready');
